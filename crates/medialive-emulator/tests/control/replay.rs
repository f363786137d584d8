//! The same request again makes nothing again.

use serde_json::json;

use crate::client::{Client, channel, input, just_past};

#[tokio::test(start_paused = true)]
async fn a_repeated_create_returns_the_first_input_as_it_is_now() {
    let client = Client::new();
    let mut request = input();
    request["requestId"] = json!("once");
    client.call("POST", "/prod/inputs", request.clone()).await;
    just_past(client.pace.input_create).await;

    let again = client.call("POST", "/prod/inputs", request).await;

    assert_eq!(again.status, 201);
    assert_eq!(again.body["input"]["id"], "1000001");
    assert_eq!(again.body["input"]["state"], "DETACHED");
    assert!(again.body["input"].get("requestId").is_none());
}

#[tokio::test(start_paused = true)]
async fn repeated_create_returns_the_first_channel_without_conflict() {
    let client = Client::new();
    let mut request = channel(&client.input().await);
    request["requestId"] = json!("once");
    client.call("POST", "/prod/channels", request.clone()).await;

    let again = client.call("POST", "/prod/channels", request).await;

    assert_eq!(again.status, 201);
    assert_eq!(again.body["channel"]["id"], "1000002");
    assert_eq!(client.emulator.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_repeated_create_returns_even_what_is_deleted() {
    let client = Client::new();
    let mut request = input();
    request["requestId"] = json!("once");
    client.call("POST", "/prod/inputs", request.clone()).await;
    just_past(client.pace.input_create).await;
    client.delete("/prod/inputs/1000001").await;
    just_past(client.pace.input_delete).await;

    let again = client.call("POST", "/prod/inputs", request).await;

    assert_eq!(again.body["input"]["id"], "1000001");
    assert_eq!(again.body["input"]["state"], "DELETED");
}

#[tokio::test(start_paused = true)]
async fn one_request_id_serves_two_operations() {
    let client = Client::new();
    let mut first = input();
    first["requestId"] = json!("once");
    client.call("POST", "/prod/inputs", first).await;
    just_past(client.pace.input_create).await;
    let mut second = channel("1000001");
    second["requestId"] = json!("once");

    let created = client.call("POST", "/prod/channels", second).await;

    assert_eq!(created.body["channel"]["id"], "1000002");
}

#[tokio::test(start_paused = true)]
async fn a_refused_create_is_forgotten() {
    let client = Client::new();
    let mut request = channel("1000001");
    request["requestId"] = json!("once");
    client.call("POST", "/prod/channels", request.clone()).await;
    client.input().await;

    let again = client.call("POST", "/prod/channels", request).await;

    assert_eq!(again.status, 201);
}

#[tokio::test(start_paused = true)]
async fn names_need_not_be_unique() {
    let client = Client::new();

    let (first, second) = (client.input().await, client.input().await);

    assert_ne!(first, second);
}

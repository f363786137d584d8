//! `dryRun`: judged like the call itself, and without effect.

use lilo_medialive_emulator::{Choices, Config};
use serde_json::{Value, json};

use crate::client::{Client, channel};

const CHANNEL: &str = "/prod/channels/1000002";

fn dry(mut request: Value) -> Value {
    request["dryRun"] = json!(true);
    request
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_of_a_creation_shows_the_channel_and_makes_none() {
    let client = Client::new();
    let input = client.input().await;
    let mut request = channel(&input);
    request["requestId"] = json!("once");

    let rehearsed = client.call("POST", "/prod/channels", dry(request.clone())).await;

    assert_eq!(rehearsed.status, 201);
    let shown = &rehearsed.body["channel"];
    assert_eq!((&shown["name"], shown.get("id")), (&json!("lilo_channel"), None));
    assert_eq!(client.get("/prod/channels").await.body, json!({ "channels": [] }));
    assert_eq!(client.state(&format!("inputs/{input}")).await, "DETACHED");

    // Neither the requestId nor an id was used up, and it was no other answer than this but for
    // what is made.
    let made = client.call("POST", "/prod/channels", request).await;
    assert_eq!(made.body["channel"]["id"], "1000002");
    let mut expected = made.body["channel"].clone();
    for name in ["arn", "id", "state"] {
        expected.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(*shown, expected);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_of_a_creation_is_refused_as_the_creation_would_be() {
    let client = Client::new();
    let channel_id = client.idle().await;
    assert_eq!(channel_id, "1000002");
    let mut unbound = channel("1000001");
    unbound["destinations"] = json!([]);
    let unknown = channel("9999999");
    let attached = channel("1000001");

    for (request, status) in [(unbound, 422), (unknown, 422), (attached, 409)] {
        let rehearsed = client.call("POST", "/prod/channels", dry(request.clone())).await;
        let refused = client.call("POST", "/prod/channels", request).await;

        assert_eq!((rehearsed.status, refused.status.as_u16()), (refused.status, status));
        assert_eq!(rehearsed.body, refused.body);
    }
}

#[tokio::test(start_paused = true)]
async fn update_dry_run_returns_the_new_channel_and_changes_nothing() {
    let client = Client::new();
    client.idle().await;
    let other = client.input().await;
    let before = client.get(CHANNEL).await.body;
    let change = json!({
        "name": "other",
        "inputAttachments": [{ "inputId": other, "inputAttachmentName": "other" }],
    });

    let rehearsed = client.call("PUT", CHANNEL, dry(change.clone())).await;

    assert_eq!(rehearsed.status, 200);
    assert_eq!(client.get(CHANNEL).await.body, before);
    assert_eq!(client.state(&format!("inputs/{other}")).await, "DETACHED");
    let updated = client.call("PUT", CHANNEL, change).await;
    assert_eq!(rehearsed.body, updated.body);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_of_an_update_is_refused_as_the_update_would_be() {
    let client = Client::new();
    client.running().await;
    let rename = json!({ "name": "other" });
    let unbound = json!({ "destinations": [] });

    let running = client.call("PUT", CHANNEL, dry(rename)).await;
    let missing = client.call("PUT", "/prod/channels/9999999", dry(json!({}))).await;
    let idle = Client::new();
    idle.idle().await;
    let invalid = idle.call("PUT", CHANNEL, dry(unbound)).await;

    assert_eq!([running.status, missing.status, invalid.status], [409, 404, 422]);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_can_be_had_for_a_channel_that_runs() {
    let choices = Choices { dry_runs_in_any_state: true, ..Choices::default() };
    let client = Client::with(Config { choices, ..Config::default() });
    client.running().await;
    let before = client.get(CHANNEL).await.body;

    let valid = client.call("PUT", CHANNEL, dry(json!({ "name": "other" }))).await;
    let invalid = client.call("PUT", CHANNEL, dry(json!({ "destinations": [] }))).await;
    let real = client.call("PUT", CHANNEL, json!({ "name": "other" })).await;

    assert_eq!([valid.status, invalid.status, real.status], [200, 422, 409]);
    assert_eq!(valid.body["channel"]["state"], "RUNNING");
    assert_eq!(client.get(CHANNEL).await.body, before);
}

//! One emulator for many regions and accounts: each request's credential says which.

use axum::body::Body;
use http::Request;
use lilo_medialive_emulator::{Choices, Config, Throttle};
use serde_json::{Value, json};

use crate::client::{Answer, Client, EPOCH, channel, input, just_past};

/// Somebody in a region, by the access key id.
type Caller = (&'static str, &'static str);

const HERE: Caller = ("111122223333", "eu-west-1");
const OTHER_REGION: Caller = ("111122223333", "eu-central-1");
const OTHER_ACCOUNT: Caller = ("444455556666", "eu-west-1");

async fn call(client: &Client, caller: Caller, method: &str, path: &str, body: Value) -> Answer {
    let (key, region) = caller;
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260301/{region}/medialive/aws4_request, Signature=0"
    );
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let request = Request::builder().method(method).uri(path).header("authorization", credential);
    client.send(request.body(body).unwrap()).await
}

/// Creates an input and a channel that has it, and waits until both exist. Their ids.
async fn made(client: &Client, caller: Caller) -> (String, String) {
    let made = call(client, caller, "POST", "/prod/inputs", input()).await;
    let input = made.body["input"]["id"].as_str().unwrap().to_owned();
    just_past(client.pace.input_create).await;
    let made = call(client, caller, "POST", "/prod/channels", channel(&input)).await;
    let channel = made.body["channel"]["id"].as_str().unwrap().to_owned();
    just_past(client.pace.channel_create).await;
    (input, channel)
}

#[tokio::test(start_paused = true)]
async fn a_resource_exists_in_its_own_region_and_account_only() {
    let client = Client::new();
    let (input, id) = made(&client, HERE).await;
    let arn = "arn%3Aaws%3Amedialive%3Aeu-west-1%3A111122223333%3Achannel%3A";
    let paths = [
        ("GET", format!("/prod/channels/{id}")),
        ("POST", format!("/prod/channels/{id}/start")),
        ("DELETE", format!("/prod/inputs/{input}")),
        ("GET", format!("/prod/tags/{arn}{id}")),
    ];

    for other in [OTHER_REGION, OTHER_ACCOUNT] {
        for (method, path) in &paths {
            assert_eq!(call(&client, other, method, path, json!(null)).await.status, 404, "{path}");
        }
        let listed = call(&client, other, "GET", "/prod/channels", json!(null)).await;
        assert_eq!(listed.body, json!({ "channels": [] }));
        let taken = call(&client, other, "POST", "/prod/channels", channel(&input)).await;
        assert_eq!(taken.status, 422);
    }
    assert_eq!(client.get("/prod/channels").await.body, json!({ "channels": [] }));
    assert_eq!(client.emulator.channels(), [json!(null); 0]);
    for (method, path) in &paths[..2] {
        assert_eq!(call(&client, HERE, method, path, json!(null)).await.status, 200, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn arns_events_and_calls_name_region_and_account() {
    let client = Client::new();
    let mut ids = Vec::new();
    for (caller, partition) in [
        (HERE, "aws"),
        (OTHER_ACCOUNT, "aws"),
        (("444455556666", "us-iso-east-1"), "aws-iso"),
        (("444455556666", "us-isob-east-1"), "aws-iso-b"),
    ] {
        let (account, region) = caller;
        let (input, id) = made(&client, caller).await;

        let shown =
            call(&client, caller, "GET", &format!("/prod/channels/{id}"), json!(null)).await;
        let arn = format!("arn:{partition}:medialive:{region}:{account}:channel:{id}");
        assert_eq!(shown.body["arn"], arn);
        let events = client.lines("/_emulator/events").await;
        let event = events.last().unwrap();
        assert_eq!((&event["account"], &event["region"]), (&json!(account), &json!(region)));
        assert_eq!(event["resources"], json!([arn]));
        let calls = client.lines("/_emulator/calls").await;
        let recorded = calls.last().unwrap();
        assert_eq!((&recorded["account"], &recorded["region"]), (&json!(account), &json!(region)));
        ids.extend([input, id]);
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id is there twice");
}

#[tokio::test(start_paused = true)]
async fn other_requests_are_for_the_configured_region_and_account() {
    let epoch = Some(EPOCH.parse().unwrap());
    let (region, account) = ("eu-west-1".to_owned(), "111122223333".to_owned());
    let client = Client::with(Config { region, account, epoch, ..Config::default() });
    let (_, id) = made(&client, HERE).await;

    let unsigned = client.get("/prod/channels").await;
    let named = call(&client, ("AKIAEXAMPLE", "eu-west-1"), "GET", "/prod/channels", json!(null));

    assert_eq!(unsigned.body["channels"][0]["id"], id);
    assert_eq!(named.await.body, unsigned.body);
}

#[tokio::test(start_paused = true)]
async fn a_request_id_counts_in_its_own_region_and_account() {
    let client = Client::new();
    let mut request = input();
    request["requestId"] = json!("once");
    let mut ids = Vec::new();
    for caller in [HERE, HERE, OTHER_REGION, OTHER_ACCOUNT] {
        let made = call(&client, caller, "POST", "/prod/inputs", request.clone()).await;
        ids.push(made.body["input"]["id"].as_str().unwrap().to_owned());
    }

    assert_eq!(ids, ["1000001", "1000001", "1000002", "1000003"]);
    assert_eq!(client.emulator.remaining().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn each_region_and_account_has_its_own_throttle() {
    let throttle = Some(Throttle { per_second: 1, burst: 2 });
    let choices = Choices { throttle, ..Choices::default() };
    let client = Client::with(Config { choices, ..Config::default() });
    for caller in [HERE, OTHER_REGION, OTHER_ACCOUNT] {
        let mut statuses = Vec::new();
        for _ in 0..3 {
            let answer = call(&client, caller, "GET", "/prod/inputs", json!(null)).await;
            statuses.push(answer.status.as_u16());
        }
        assert_eq!(statuses, [200, 200, 429], "{caller:?}");
    }
}

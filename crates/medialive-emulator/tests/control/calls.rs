//! The record of calls.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::client::{Client, channel, just_past};

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIACHANNEL/20260301/us-east-1/medialive/aws4_request, \
     SignedHeaders=host;x-amz-date, Signature=00";

#[tokio::test(start_paused = true)]
async fn create_call_record_names_the_new_resource_and_passed_role() {
    let client = Client::new();
    client.idle().await;

    let shown = client.lines("/_emulator/calls").await;

    let expected = json!({
        "time": "2026-03-01T12:00:02.001Z",
        "operation": "CreateChannel",
        "resource": "1000002",
        "account": "000000000000",
        "region": "us-east-1",
        "role": null,
        "requestTags": { "StackName": "Dev" },
        "resourceTags": {},
        "attachedInputs": ["1000001"],
        "passedRole": "arn:aws:iam::000000000000:role/access",
        "status": 201,
    });
    assert_eq!(shown[1], expected);
    assert_eq!(shown, client.emulator.calls().iter().map(|call| json!(call)).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_signed_call_is_recorded_under_its_access_key() {
    let client = Client::new();
    let request = Request::get("/prod/channels").header("authorization", SIGNED);

    client.send(request.body(Body::empty()).unwrap()).await;

    assert_eq!(client.emulator.calls()[0].role.as_deref(), Some("AKIACHANNEL"));
}

#[tokio::test(start_paused = true)]
async fn a_call_is_recorded_with_the_tags_before_it() {
    let client = Client::new();
    client.idle().await;
    let arn = "arn%3Aaws%3Amedialive%3Aus-east-1%3A000000000000%3Achannel%3A1000002";

    client.call("POST", &format!("/prod/tags/{arn}"), json!({ "tags": { "new": "1" } })).await;
    client.post("/prod/channels/1000002/start").await;
    client.delete(&format!("/prod/tags/{arn}?tagKeys=new&tagKeys=other")).await;

    let calls = client.emulator.calls();
    let [.., tagged, started, untagged] = calls.as_slice() else { panic!("three calls at least") };
    assert_eq!((tagged.operation.as_str(), tagged.status), ("CreateTags", 204));
    assert_eq!(tagged.resource.as_deref(), Some("1000002"));
    assert_eq!(json!(tagged.request_tags), json!({ "new": "1" }));
    assert_eq!(json!(tagged.resource_tags), json!({ "StackName": "Dev" }));
    assert_eq!(json!(started.resource_tags), json!({ "StackName": "Dev", "new": "1" }));
    assert_eq!((&untagged.resource_tags, started.removed_tags.len()), (&started.resource_tags, 0));
    assert_eq!(untagged.removed_tags, ["new", "other"]);
}

#[tokio::test(start_paused = true)]
async fn refused_calls_are_recorded_too() {
    let client = Client::new();
    client.get("/prod/channels/9999999").await;
    client.call("POST", "/prod/channels", channel("9999999")).await;
    client.call("PUT", "/prod/channels/9999999/schedule", json!({})).await;
    just_past(client.pace.channel_create).await;

    let calls = client.emulator.calls();

    let seen = calls.iter().map(|it| (it.operation.as_str(), it.resource.as_deref(), it.status));
    let expected = [
        ("DescribeChannel", Some("9999999"), 404),
        ("CreateChannel", None, 422),
        ("PUT /prod/channels/9999999/schedule", None, 501),
    ];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
}

#[tokio::test(start_paused = true)]
async fn call_record_has_tags_only_of_the_operations_resource_type() {
    let client = Client::new();
    let channel = client.idle().await;

    client.delete(&format!("/prod/inputs/{channel}")).await;

    let calls = client.emulator.calls();
    let refused = calls.last().unwrap();
    assert_eq!((refused.operation.as_str(), refused.status), ("DeleteInput", 404));
    assert!(refused.resource_tags.is_empty());
}

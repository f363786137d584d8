//! What goes wrong on purpose: `/_emulator/faults`, and what a client sees of it.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use lilo_medialive_emulator::{CallFault, Cut, EventFault, Fault, ReportedState, Subject, Turns};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};
use tower::ServiceExt;

use crate::client::{Client, channel, input, just_past};

async fn inject(client: &Client, fault: Value) {
    let answer = client.call("POST", "/_emulator/faults", fault).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

async fn left(client: &Client) -> Vec<Value> {
    client.lines("/_emulator/faults").await
}

/// The answer to a request on a connection of its own; empty when it was closed without one.
async fn over_http(client: &Client, request: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let emulator = client.emulator.clone();
    let server = tokio::spawn(async move { emulator.serve(listener).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A connection that was cut may be reset.
    let _ = stream.read_to_string(&mut answer).await;
    server.abort();
    answer
}

fn post(path: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

#[tokio::test(start_paused = true)]
async fn status_fault_returns_the_modelled_error_without_effect() {
    let client = Client::new();
    for status in [400, 403, 404, 409, 422, 429, 500, 502, 504] {
        inject(&client, json!({ "fault": "status", "operation": "CreateInput", "status": status }))
            .await;
        let answer = client.call("POST", "/prod/inputs", input()).await;

        assert_eq!(answer.status, status);
        let code = answer.headers["x-amzn-errortype"].to_str().unwrap();
        assert!(code.ends_with("Exception"), "{code}");
        assert_eq!(answer.body["message"], "CreateInput failed because of an injected fault");
    }

    assert!(client.emulator.is_empty());
    let made = client.call("POST", "/prod/inputs", input()).await;
    assert_eq!(made.status, 201);
}

#[tokio::test(start_paused = true)]
async fn an_error_can_have_a_code_and_a_message_of_its_own() {
    let client = Client::new();
    let fault = json!({
        "fault": "status", "operation": "ListInputs", "status": 400, "code": "AccessDeniedException", "message": "no",
    });
    inject(&client, fault).await;

    let answer = client.get("/prod/inputs").await;

    assert_eq!(answer.status, 400);
    assert_eq!(answer.headers["x-amzn-errortype"], "AccessDeniedException");
    assert_eq!(answer.body, json!({ "message": "no" }));
}

#[tokio::test(start_paused = true)]
async fn calls_are_counted_from_the_moment_of_injection() {
    let client = Client::new();
    client.get("/prod/inputs").await;
    let fault = json!({ "fault": "status", "operation": "ListInputs", "status": 500, "first": 2, "times": 2 });
    inject(&client, fault).await;

    let mut seen = Vec::new();
    for _ in 0..4 {
        client.get("/prod/channels").await;
        seen.push(client.get("/prod/inputs").await.status.as_u16());
    }

    assert_eq!(seen, [200, 500, 500, 200]);
    assert!(left(&client).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn fault_with_a_role_matches_only_calls_of_that_role() {
    let client = Client::new();
    let fault =
        json!({ "fault": "status", "operation": "ListInputs", "status": 403, "role": "starter" });
    inject(&client, fault).await;
    let signed = |role: &str| {
        let header = format!(
            "AWS4-HMAC-SHA256 Credential={role}/20260301/us-east-1/medialive/aws4_request, Signature=0"
        );
        Request::get("/prod/inputs").header("authorization", header).body(Body::empty()).unwrap()
    };

    let (nobody, other) = (client.get("/prod/inputs").await, client.send(signed("channel")).await);
    let meant = client.send(signed("starter")).await;

    assert_eq!([nobody.status, other.status, meant.status], [200, 200, 403]);
}

#[tokio::test(start_paused = true)]
async fn two_faults_of_one_call_happen_one_after_the_other() {
    let client = Client::new();
    for status in [429, 500] {
        inject(&client, json!({ "fault": "status", "operation": "ListInputs", "status": status }))
            .await;
    }

    let seen =
        [client.get("/prod/inputs").await, client.get("/prod/inputs").await].map(|it| it.status);

    assert_eq!(seen.map(|it| it.as_u16()), [429, 500]);
}

#[tokio::test(start_paused = true)]
async fn stalled_call_takes_effect_late_even_if_the_client_leaves() {
    let client = Client::new();
    let fault = json!({ "fault": "stall", "operation": "CreateInput", "seconds": 60, "times": 2 });
    inject(&client, fault).await;
    let began = Instant::now();

    let impatient = client.call("POST", "/prod/inputs", input());
    assert!(timeout(Duration::from_secs(10), impatient).await.is_err());
    let before = client.emulator.remaining().len();
    let patient = client.call("POST", "/prod/inputs", input()).await;

    assert_eq!(before, 0);
    assert_eq!(patient.status, 201);
    assert_eq!(began.elapsed(), Duration::from_secs(70));
    assert_eq!(client.emulator.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn cut_connection_is_a_body_error_for_direct_router_calls() {
    let client = Client::new();
    client.emulator.inject(Fault::call("ListInputs", CallFault::CutBefore)).unwrap();

    let request = Request::get("/prod/inputs").body(Body::empty()).unwrap();
    let response = client.emulator.router().oneshot(request).await.unwrap();

    assert_eq!(response.extensions().get(), Some(&Cut));
    let error = response.into_body().collect().await.unwrap_err();
    assert_eq!(error.to_string(), "a fault cut the connection");
}

#[tokio::test]
async fn cut_before_fault_sends_no_bytes_and_creates_nothing() {
    let client = Client::new();
    client.emulator.inject(Fault::call("CreateInput", CallFault::CutBefore)).unwrap();

    let answer = over_http(&client, &post("/prod/inputs", &input())).await;

    assert_eq!(answer, "");
    assert!(client.emulator.is_empty());
    let call = &client.emulator.calls()[0];
    assert_eq!(
        (call.operation.as_str(), call.status, call.fault),
        ("CreateInput", 0, Some("cut-before"))
    );
}

#[tokio::test]
async fn cut_after_fault_sends_no_bytes_but_creates_the_resource() {
    let client = Client::new();
    client.emulator.inject(Fault::call("CreateInput", CallFault::CutAfter)).unwrap();

    let cut = over_http(&client, &post("/prod/inputs", &input())).await;
    let next = over_http(&client, &post("/prod/inputs", &input())).await;

    assert_eq!(cut, "");
    assert!(next.starts_with("HTTP/1.1 201 Created"), "{next}");
    assert_eq!(client.emulator.remaining().len(), 2);
    let call = &client.emulator.calls()[0];
    assert_eq!(
        (call.resource.as_deref(), call.status, call.fault),
        (Some("1000001"), 201, Some("cut-after"))
    );
}

#[tokio::test(start_paused = true)]
async fn lost_event_never_arrives_and_repeated_event_arrives_twice() {
    let client = Client::new();
    let mut events = client.emulator.subscribe();
    inject(&client, json!({ "fault": "lost-event", "state": "CREATED" })).await;
    inject(&client, json!({ "fault": "repeated-event", "state": "RUNNING" })).await;
    let id = client.running().await;
    client.post(&format!("/prod/channels/{id}/stop")).await;
    just_past(client.pace.channel_stop).await;

    let mut heard = Vec::new();
    while let Ok(event) = events.try_recv() {
        let Subject::State { state, .. } = event.detail.subject else { panic!("no alerts here") };
        heard.push((state, event.id));
    }

    let [first, second, ..] = heard.as_slice() else { panic!("two at least") };
    assert_eq!(first, second);
    let states = heard.iter().map(|(state, _)| *state).collect::<Vec<_>>();
    let expected = [
        ReportedState::Running,
        ReportedState::Running,
        ReportedState::Stopping,
        ReportedState::Stopped,
    ];
    assert_eq!(states, expected);
    assert_eq!(client.lines("/_emulator/events").await.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_third_event_of_any_state_can_be_lost() {
    let client = Client::new();
    let turns = Turns { first: 3, times: 1 };
    client.emulator.inject(Fault::Event { state: None, turns, fault: EventFault::Lost }).unwrap();
    let id = client.running().await;
    client.post(&format!("/prod/channels/{id}/stop")).await;
    just_past(client.pace.channel_stop).await;

    let told = client.lines("/_emulator/events").await;

    let states = told.iter().map(|it| it["detail"]["state"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(states, ["CREATED", "RUNNING", "STOPPED"]);
}

#[tokio::test(start_paused = true)]
async fn stuck_fault_holds_a_state_forever_or_for_the_given_time() {
    let client = Client::new();
    let (stuck, long) = ("stuck", Duration::from_hours(2));
    let id = client.idle().await;
    inject(&client, json!({ "fault": stuck, "operation": "StartChannel" })).await;
    inject(
        &client,
        json!({ "fault": stuck, "operation": "StopChannel", "seconds": long.as_secs() }),
    )
    .await;

    client.post(&format!("/prod/channels/{id}/start")).await;
    tokio::time::sleep(long).await;
    assert_eq!(client.state(&format!("channels/{id}")).await, "STARTING");

    client.post(&format!("/prod/channels/{id}/stop")).await;
    tokio::time::sleep(long.checked_sub(Duration::from_secs(1)).unwrap()).await;
    assert_eq!(client.state(&format!("channels/{id}")).await, "STOPPING");
    just_past(Duration::from_secs(1)).await;
    assert_eq!(client.state(&format!("channels/{id}")).await, "IDLE");

    client.post(&format!("/prod/channels/{id}/start")).await;
    just_past(client.pace.channel_start).await;
    assert_eq!(client.state(&format!("channels/{id}")).await, "RUNNING");
}

#[tokio::test(start_paused = true)]
async fn every_state_that_lasts_can_be_stuck() {
    let table = [
        ("CreateInput", "inputs/1000001", "CREATING"),
        ("CreateChannel", "channels/1000002", "CREATING"),
        ("UpdateChannelClass", "channels/1000002", "UPDATING"),
        ("DeleteChannel", "channels/1000002", "DELETING"),
        ("DeleteInput", "inputs/1000001", "DELETING"),
    ];
    for (operation, resource, state) in table {
        let client = Client::new();
        client.emulator.inject(Fault::call(operation, CallFault::Stuck(None))).unwrap();
        client.input().await;
        client.call("POST", "/prod/channels", channel("1000001")).await;
        just_past(client.pace.channel_create).await;
        let class = json!({ "channelClass": "SINGLE_PIPELINE" });
        client.call("PUT", "/prod/channels/1000002/channelClass", class).await;
        just_past(client.pace.channel_update).await;
        client.delete("/prod/channels/1000002").await;
        just_past(client.pace.channel_delete).await;
        client.delete("/prod/inputs/1000001").await;
        tokio::time::sleep(Duration::from_hours(1)).await;

        assert_eq!(client.state(resource).await, state, "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_can_come_to_nothing_and_is_told_to_nobody() {
    let client = Client::new();
    inject(&client, json!({ "fault": "failed", "operation": "CreateChannel" })).await;

    let id = client.idle().await;
    let state = client.state(&format!("channels/{id}")).await;
    let started = client.post(&format!("/prod/channels/{id}/start")).await;
    let deleted = client.delete(&format!("/prod/channels/{id}")).await;

    assert_eq!(state, "CREATE_FAILED");
    assert_eq!([started.status, deleted.status], [409, 200]);
    assert!(client.lines("/_emulator/events").await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn channel_in_update_failed_can_only_be_deleted() {
    let name = json!({ "name": "other" });
    let class = json!({ "channelClass": "SINGLE_PIPELINE" });
    let table = [("UpdateChannel", "", name), ("UpdateChannelClass", "/channelClass", class)];
    for (operation, path, change) in table {
        let client = Client::new();
        let channel = format!("/prod/channels/{}", client.idle().await);
        inject(&client, json!({ "fault": "failed", "operation": operation })).await;

        let updated = client.call("PUT", &format!("{channel}{path}"), change.clone()).await;
        just_past(client.pace.channel_update).await;
        let state = client.get(&channel).await.body["state"].take();
        let again = client.call("PUT", &format!("{channel}{path}"), change).await;
        let started = client.post(&format!("{channel}/start")).await;
        let deleted = client.delete(&channel).await;

        assert_eq!((updated.status.as_u16(), state), (200, json!("UPDATE_FAILED")), "{operation}");
        assert_eq!([again.status, started.status, deleted.status], [409, 409, 200]);
    }
}

#[tokio::test(start_paused = true)]
async fn faults_that_are_left_are_shown_and_can_be_cleared() {
    let client = Client::new();
    let fault = json!({ "fault": "stall", "operation": "ListInputs", "seconds": 1.5, "first": 3, "times": 2 });
    inject(&client, fault.clone()).await;
    assert_eq!(left(&client).await, std::slice::from_ref(&fault));

    client.get("/prod/inputs").await;
    let mut counted = fault;
    counted["first"] = json!(2);
    assert_eq!(left(&client).await, [counted]);

    assert_eq!(client.delete("/_emulator/faults").await.status, 204);
    assert!(left(&client).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn invalid_fault_is_a_bad_request_and_changes_nothing() {
    let client = Client::new();

    let refused = client.call("POST", "/_emulator/faults", json!({ "fault": "cut-after" })).await;

    assert_eq!(refused.status, 400);
    assert_eq!(refused.body, json!({ "message": "operation: missing" }));
    assert!(left(&client).await.is_empty());
    assert!(client.emulator.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn calls_that_met_a_fault_are_in_the_record_with_its_name() {
    let client = Client::new();
    inject(&client, json!({ "fault": "status", "operation": "DescribeInput", "status": 502 }))
        .await;
    client.get("/prod/inputs/7").await;
    client.get("/prod/inputs/7").await;

    let record = client.lines("/_emulator/calls").await;

    assert_eq!((&record[0]["status"], &record[0]["fault"]), (&json!(502), &json!("status")));
    assert_eq!((&record[1]["status"], record[1].get("fault")), (&json!(404), None));
}

//! Multiplexes: states, refusals, tags.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, just_past};

const MULTIPLEXES: &str = "/prod/multiplexes";
const MULTIPLEX: &str = "/prod/multiplexes/1000001";
const ARN: &str = "arn:aws:medialive:us-east-1:000000000000:multiplex:1000001";

fn multiplex() -> Value {
    json!({
        "availabilityZones": ["us-east-1a", "us-east-1b"],
        "multiplexSettings": { "transportStreamBitrate": 20_000_000, "transportStreamId": 1 },
        "name": "mux",
        "requestId": "once",
        "tags": { "a": "b" },
    })
}

async fn state(client: &Client) -> String {
    client.state("multiplexes/1000001").await
}

#[tokio::test(start_paused = true)]
async fn a_multiplex_goes_through_a_channels_states() {
    let client = Client::new();

    let created = client.call("POST", MULTIPLEXES, multiplex()).await;
    let again = client.call("POST", MULTIPLEXES, multiplex()).await;
    assert_eq!(
        (created.status.as_u16(), &created.body["multiplex"]["state"]),
        (201, &json!("CREATING"))
    );
    assert_eq!(again.body["multiplex"]["id"], "1000001");
    just_past(client.pace.channel_create).await;
    assert_eq!(state(&client).await, "IDLE");

    let started = client.post(&format!("{MULTIPLEX}/start")).await;
    assert_eq!((started.status.as_u16(), &started.body["state"]), (202, &json!("STARTING")));
    just_past(client.pace.channel_start).await;
    let running = client.get(MULTIPLEX).await.body;
    let expected = json!({
        "arn": ARN,
        "availabilityZones": ["us-east-1a", "us-east-1b"],
        "destinations": [],
        "id": "1000001",
        "multiplexSettings": { "transportStreamBitrate": 20_000_000, "transportStreamId": 1 },
        "name": "mux",
        "pipelinesRunningCount": 2,
        "programCount": 0,
        "state": "RUNNING",
        "tags": { "a": "b" },
    });
    assert_eq!(running, expected);

    let stopped = client.post(&format!("{MULTIPLEX}/stop")).await;
    assert_eq!((stopped.status.as_u16(), &stopped.body["state"]), (202, &json!("STOPPING")));
    just_past(client.pace.channel_stop).await;
    let deleted = client.delete(MULTIPLEX).await;
    assert_eq!((deleted.status.as_u16(), &deleted.body["state"]), (202, &json!("DELETING")));
    just_past(client.pace.channel_delete).await;
    assert_eq!(state(&client).await, "DELETED");
    assert_eq!(client.delete(MULTIPLEX).await.status, 202);
}

#[tokio::test(start_paused = true)]
async fn a_multiplex_at_the_wrong_time_is_a_conflict_in_the_models_words() {
    let client = Client::new();
    client.call("POST", MULTIPLEXES, multiplex()).await;

    let creating = client.post(&format!("{MULTIPLEX}/start")).await;
    just_past(client.pace.channel_create).await;
    let idle = client.post(&format!("{MULTIPLEX}/stop")).await;
    client.post(&format!("{MULTIPLEX}/start")).await;
    let starting = client.delete(MULTIPLEX).await;
    let missing = client.get("/prod/multiplexes/7").await;

    for (refused, verb) in [(creating, "start"), (idle, "stop"), (starting, "delete")] {
        assert_eq!(refused.status, 409);
        let text =
            format!("The multiplex is unable to {verb} due to an issue with multiplex resources.");
        assert_eq!(refused.body["message"], text);
    }
    assert_eq!(missing.status, 404);
    let text =
        "The multiplex that you are trying to describe doesn’t exist. Check the ID and try again.";
    assert_eq!(missing.body["message"], text);
}

#[tokio::test(start_paused = true)]
async fn what_was_to_come_of_a_start_does_not_come_after_a_stop() {
    let client = Client::new();
    client.call("POST", MULTIPLEXES, multiplex()).await;
    just_past(client.pace.channel_create).await;

    client.post(&format!("{MULTIPLEX}/start")).await;
    client.post(&format!("{MULTIPLEX}/stop")).await;
    just_past(client.pace.channel_stop).await;
    client.post(&format!("{MULTIPLEX}/start")).await;
    just_past(Duration::from_secs(10)).await;

    assert_eq!(state(&client).await, "STARTING");
    just_past(client.pace.channel_stop).await;
    assert_eq!(state(&client).await, "RUNNING");
}

#[tokio::test(start_paused = true)]
async fn a_multiplex_has_two_zones_a_name_and_settings_in_bounds() {
    let client = Client::new();
    let mut wrong = multiplex();
    wrong["availabilityZones"] = json!(["us-east-1a"]);
    wrong["multiplexSettings"] = json!({ "transportStreamBitrate": 1 });
    wrong.as_object_mut().unwrap().remove("name");

    let refused = client.call("POST", MULTIPLEXES, wrong).await;

    assert_eq!(refused.status, 422);
    let paths = refused.body["validationErrors"].as_array().unwrap().iter();
    let paths = paths.map(|it| it["elementPath"].as_str().unwrap()).collect::<Vec<_>>();
    let expected = [
        "availabilityZones",
        "name",
        "multiplexSettings.transportStreamBitrate",
        "multiplexSettings.transportStreamId",
    ];
    assert_eq!(paths, expected);
}

#[tokio::test(start_paused = true)]
async fn a_multiplex_is_listed_in_short_and_has_tags() {
    let client = Client::new();
    client.call("POST", MULTIPLEXES, multiplex()).await;

    let tags = format!("/prod/tags/{}", ARN.replace(':', "%3A"));
    client.call("POST", &tags, json!({ "tags": { "c": "d" } })).await;
    let listed = client.get(MULTIPLEXES).await.body;

    let shown = &listed["multiplexes"][0];
    assert_eq!(shown["multiplexSettings"], json!({ "transportStreamBitrate": 20_000_000 }));
    assert_eq!((&shown["tags"], shown.get("destinations")), (&json!({ "a": "b", "c": "d" }), None));
    let record = client.emulator.calls();
    assert_eq!(record[1].resource.as_deref(), Some("1000001"));
}

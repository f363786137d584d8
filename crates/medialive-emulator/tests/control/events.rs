//! The events, word for word.

use lilo_medialive_emulator::{Config, EncoderChoice, Event};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;

use crate::client::{Client, channel, just_past};

const ARN: &str = "arn:aws:medialive:us-east-1:000000000000:channel:1000002";

fn heard(events: &mut Receiver<Event>) -> Vec<Value> {
    std::iter::from_fn(|| events.try_recv().ok()).map(|event| json!(event)).collect()
}

fn details(events: &mut Receiver<Event>) -> Vec<Value> {
    heard(events).into_iter().map(|mut event| event["detail"].take()).collect()
}

fn detail(state: &str, message: &str, pipeline: Option<&str>, count: usize) -> Value {
    let mut detail = json!({
        "channel_arn": ARN,
        "state": state,
        "message": message,
        "pipelines_running_count": count,
    });
    if let Some(pipeline) = pipeline {
        detail["pipeline"] = json!(pipeline);
    }
    detail
}

#[tokio::test(start_paused = true)]
async fn an_event_has_the_whole_envelope() {
    let client = Client::new();
    let mut events = client.emulator.subscribe();
    client.idle().await;

    let mut heard = heard(&mut events);

    let id = heard[0]["id"].take();
    assert_eq!(id.as_str().map(str::len), Some(36));
    // Seven seconds: two for the input, five for the channel.
    let expected = json!({
        "version": "0",
        "id": null,
        "detail-type": "MediaLive Channel State Change",
        "source": "aws.medialive",
        "account": "000000000000",
        "time": "2026-03-01T12:00:07Z",
        "region": "us-east-1",
        "resources": [ARN],
        "detail": {
            "channel_arn": ARN,
            "state": "CREATED",
            "message": "Created channel",
            "pipelines_running_count": 0,
        },
    });
    assert_eq!(heard, [expected]);
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_channel_is_told_as_it_was_observed() {
    let client = Client::new();
    let mut events = client.emulator.subscribe();
    let id = client.running().await;
    client.post(&format!("/prod/channels/{id}/stop")).await;
    just_past(client.pace.channel_stop).await;
    client.delete(&format!("/prod/channels/{id}")).await;
    just_past(client.pace.channel_delete).await;

    let expected = [
        detail("CREATED", "Created channel", None, 0),
        detail("RUNNING", "Pipeline started for channel", Some("0"), 1),
        detail("STOPPING", "Stopping pipeline", Some("0"), 0),
        detail("STOPPED", "Stop detected on pipeline", Some("0"), 0),
        detail("DELETED", "Deleted channel", None, 0),
    ];
    assert_eq!(details(&mut events), expected);
}

#[tokio::test(start_paused = true)]
async fn a_standard_channel_is_told_pipeline_by_pipeline() {
    let client = Client::new();
    let mut request = channel(&client.input_of(2).await);
    request["channelClass"] = json!("STANDARD");
    let settings = json!([{ "url": "rtp://127.0.0.1:5000" }, { "url": "rtp://127.0.0.1:5010" }]);
    request["destinations"][0]["settings"] = settings;
    client.call("POST", "/prod/channels", request).await;
    just_past(client.pace.channel_create).await;
    let mut events = client.emulator.subscribe();

    client.post("/prod/channels/1000002/start").await;
    just_past(client.pace.channel_start).await;
    client.post("/prod/channels/1000002/stop").await;
    just_past(client.pace.channel_stop).await;

    let expected = [
        detail("RUNNING", "Pipeline started for channel", Some("0"), 1),
        detail("RUNNING", "Pipeline started for channel", Some("1"), 2),
        detail("STOPPING", "Stopping pipeline", Some("0"), 1),
        detail("STOPPING", "Stopping pipeline", Some("1"), 0),
        detail("STOPPED", "Stop detected on pipeline", Some("0"), 0),
        detail("STOPPED", "Stop detected on pipeline", Some("1"), 0),
    ];
    assert_eq!(details(&mut events), expected);
}

#[tokio::test(start_paused = true)]
async fn when_created_is_told_the_channel_can_be_started() {
    let client = Client::new();
    let mut events = client.emulator.subscribe();
    let input = client.input().await;
    client.call("POST", "/prod/channels", channel(&input)).await;

    let event = events.recv().await.unwrap();
    let started = client.post("/prod/channels/1000002/start").await;

    assert_eq!(event.resources, [ARN]);
    assert_eq!(started.status, 200);
}

#[tokio::test(start_paused = true)]
async fn the_events_so_far_are_shown_one_a_line() {
    let client = Client::new();
    let mut events = client.emulator.subscribe();
    client.running().await;

    let shown = client.lines("/_emulator/events").await;

    assert_eq!(shown, heard(&mut events));
    assert_eq!(shown.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn unresolvable_destination_sets_an_alert_until_channel_stops() {
    let encoder = EncoderChoice::Ffmpeg;
    let client = Client::with(Config { encoder, ..Config::default() });
    let mut request = channel(&client.input().await);
    request["destinations"][0]["settings"][0]["url"] = json!("rtp://nowhere.example:5000");
    client.call("POST", "/prod/channels", request).await;
    just_past(client.pace.channel_create).await;

    client.post("/prod/channels/1000002/start").await;
    just_past(client.pace.channel_start).await;
    let state = client.state("channels/1000002").await;
    let set = client.get("/prod/channels/1000002/alerts").await.body["alerts"].take();
    client.post("/prod/channels/1000002/stop").await;
    let cleared = client.get("/prod/channels/1000002/alerts").await.body["alerts"].take();

    assert_eq!(state, "RUNNING");
    let kind = "Failed to Create Output File or Socket";
    assert_eq!((&set[0]["alertType"], &set[0]["state"]), (&json!(kind), &json!("SET")));
    let message = "MPEGTS muxer for mediaID [1] unable to open output or stream \
                   [rtp://nowhere.example:5000].";
    assert_eq!(set[0]["message"], message);
    assert_eq!(cleared[0]["state"], "CLEARED");
    assert_eq!((set.as_array().unwrap().len(), cleared.as_array().unwrap().len()), (1, 1));
}

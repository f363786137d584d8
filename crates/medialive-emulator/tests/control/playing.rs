//! A channel with the real encoder behind it: what RUNNING and IDLE mean at the destination.

use std::path::Path;
use std::time::Duration;

use axum::Router;
use lilo_medialive_emulator::{Config, EncoderChoice, Event, Pace, ReportedState, Subject};
use serde_json::json;
use tokio::net::{TcpListener, UdpSocket};
use tokio::process::Command;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;
use tower_http::services::ServeDir;

use crate::client::{Client, channel, input};

/// More than enough on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Far longer than the pause between two datagrams.
const SILENCE: Duration = Duration::from_millis(500);

/// A web server with two seconds of picture and sound under this name, and nothing else.
async fn origin(name: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-y"]);
    ffmpeg.args(["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2"]);
    ffmpeg.args(["-f", "lavfi", "-i", "sine=f=1000:r=48000:d=2"]);
    ffmpeg.args(["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]);
    assert!(ffmpeg.arg(folder.join(name)).status().await.unwrap().success());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let clips = Router::new().fallback_service(ServeDir::new(folder));
    tokio::spawn(async move { axum::serve(listener, clips).await });
    url
}

/// An IDLE channel that plays a source to a destination, and its events.
async fn stage(source: &str, destination: &UdpSocket) -> (Client, Receiver<Event>) {
    let step = Duration::from_millis(10);
    let pace = Pace {
        channel_create: step,
        channel_start: step,
        channel_stop: step,
        input_create: step,
        ..Pace::fast()
    };
    let encoder = EncoderChoice::Ffmpeg;
    let client = Client::with(Config { pace, encoder, ..Config::default() });
    let mut events = client.emulator.subscribe();
    let mut request = input();
    request["sources"] = json!([{ "url": source }]);
    client.call("POST", "/prod/inputs", request).await;
    while client.state("inputs/1000001").await != "DETACHED" {
        tokio::time::sleep(step).await;
    }
    let mut request = channel("1000001");
    let url = format!("rtp://{}", destination.local_addr().unwrap());
    request["destinations"][0]["settings"] = json!([{ "url": url }]);
    client.call("POST", "/prod/channels", request).await;
    heard(&mut events, ReportedState::Created).await;
    (client, events)
}

async fn heard(events: &mut Receiver<Event>, state: ReportedState) {
    let heard = loop {
        let event = timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
        if let Subject::State { state, .. } = event.detail.subject {
            break state;
        }
    };
    assert_eq!(heard, state);
}

async fn received(socket: &UdpSocket, patience: Duration) -> bool {
    timeout(patience, socket.recv(&mut [0; 2048])).await.is_ok()
}

#[tokio::test]
async fn a_running_channel_sends_and_an_idle_one_does_not() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/running.mp4", origin("running.mp4").await);
    let (client, mut events) = stage(&source, &destination).await;

    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;
    let while_running = received(&destination, PATIENCE).await;
    client.post("/prod/channels/1000002/stop").await;
    heard(&mut events, ReportedState::Stopping).await;
    heard(&mut events, ReportedState::Stopped).await;
    while destination.try_recv(&mut [0; 2048]).is_ok() {}
    let while_idle = received(&destination, SILENCE).await;

    assert!(while_running);
    assert!(!while_idle);
    assert_eq!(client.state("channels/1000002").await, "IDLE");
}

#[tokio::test]
async fn a_shutdown_ends_what_is_sent() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/shutdown.mp4", origin("shutdown.mp4").await);
    let (client, mut events) = stage(&source, &destination).await;
    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;

    client.emulator.shutdown().await;

    while destination.try_recv(&mut [0; 2048]).is_ok() {}
    assert!(!received(&destination, SILENCE).await);
}

#[tokio::test]
async fn a_source_that_is_not_there_leaves_the_channel_running_without_a_picture() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/missing.mp4", origin("present.mp4").await);
    let (client, mut events) = stage(&source, &destination).await;

    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;

    assert!(!received(&destination, SILENCE).await);
    assert_eq!(client.state("channels/1000002").await, "RUNNING");
    client.emulator.shutdown().await;
}

#[tokio::test]
async fn a_source_that_is_not_there_is_an_alert() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/missing.mp4", origin("other.mp4").await);
    let (client, mut events) = stage(&source, &destination).await;

    client.post("/prod/channels/1000002/start").await;
    let mut event = json!({});
    while event["detail-type"] != "MediaLive Channel Alert" {
        event = json!(timeout(PATIENCE, events.recv()).await.unwrap().unwrap());
    }
    let listed = client.get("/prod/channels/1000002/alerts").await.body;
    let cleared = client.get("/prod/channels/1000002/alerts?stateFilter=CLEARED").await.body;
    client.emulator.shutdown().await;

    let detail = json!({
        "alarm_id": "1",
        "alarm_state": "SET",
        "alert_type": "Video Not Detected",
        "channel_arn": "arn:aws:medialive:us-east-1:000000000000:channel:1000002",
        "message": "[VideoBuffer[1]] Video not detected: Check input signal",
        "pipeline": "0",
    });
    assert_eq!(event["detail"], detail);
    let expected = json!({
        "alertType": detail["alert_type"],
        "id": "1",
        "message": detail["message"],
        "pipelineId": "0",
        "setTimestamp": event["time"],
        "state": "SET",
    });
    assert_eq!(listed, json!({ "alerts": [expected] }));
    assert_eq!(cleared, json!({ "alerts": [] }));
}

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

/// An IDLE channel that plays a source, with a pipeline for each destination, and its events.
async fn stage(source: &str, destinations: &[&UdpSocket]) -> (Client, Receiver<Event>) {
    stage_with_gop(source, destinations, 50).await
}

/// The same with keyframes this many frames apart, by which its ffmpeg can be told from those of
/// other tests.
async fn stage_with_gop(
    source: &str,
    destinations: &[&UdpSocket],
    frames: u32,
) -> (Client, Receiver<Event>) {
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
    request["sources"] = json!(vec![json!({ "url": source }); destinations.len()]);
    client.call("POST", "/prod/inputs", request).await;
    while client.state("inputs/1000001").await != "DETACHED" {
        tokio::time::sleep(step).await;
    }
    let mut request = channel("1000001");
    let url = |socket: &UdpSocket| format!("rtp://{}", socket.local_addr().unwrap());
    let settings = destinations.iter().map(|socket| json!({ "url": url(socket) }));
    request["destinations"][0]["settings"] = settings.collect();
    let video = &mut request["encoderSettings"]["videoDescriptions"][0];
    video["codecSettings"]["h264Settings"]["gopSize"] = json!(frames);
    if destinations.len() == 2 {
        request["channelClass"] = json!("STANDARD");
    }
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
    let (client, mut events) = stage(&source, &[&destination]).await;

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
async fn a_channel_without_codec_settings_plays_with_defaults() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/codec.mp4", origin("codec.mp4").await);
    let (client, mut events) = stage(&source, &[&destination]).await;
    let mut settings = channel("1000001")["encoderSettings"].take();
    for list in ["audioDescriptions", "videoDescriptions"] {
        settings[list][0].as_object_mut().unwrap().remove("codecSettings");
    }
    let update = json!({ "encoderSettings": settings });
    let updated = client.call("PUT", "/prod/channels/1000002", update).await;

    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;
    let received = received(&destination, PATIENCE).await;
    let alerts = client.get("/prod/channels/1000002/alerts").await.body;
    client.emulator.shutdown().await;

    assert_eq!((updated.status.as_u16(), received), (200, true));
    assert_eq!(alerts, json!({ "alerts": [] }));
}

#[tokio::test]
async fn a_shutdown_ends_what_is_sent() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/shutdown.mp4", origin("shutdown.mp4").await);
    let (client, mut events) = stage(&source, &[&destination]).await;
    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;

    client.emulator.shutdown().await;

    while destination.try_recv(&mut [0; 2048]).is_ok() {}
    assert!(!received(&destination, SILENCE).await);
}

#[tokio::test]
async fn channel_with_missing_source_runs_with_fill_frames() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/missing.mp4", origin("present.mp4").await);
    let (client, mut events) = stage(&source, &[&destination]).await;

    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;

    assert!(received(&destination, Duration::from_secs(5)).await);
    assert_eq!(client.state("channels/1000002").await, "RUNNING");
    client.emulator.shutdown().await;
}

#[tokio::test]
async fn a_source_that_is_not_there_is_an_alert() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/missing.mp4", origin("other.mp4").await);
    let (client, mut events) = stage(&source, &[&destination]).await;

    client.post("/prod/channels/1000002/start").await;
    let mut event = json!({});
    while event["detail-type"] != "MediaLive Channel Alert" {
        event = json!(timeout(PATIENCE, events.recv()).await.unwrap().unwrap());
    }
    let listed = client.get("/prod/channels/1000002/alerts").await.body;
    let cleared = client.get("/prod/channels/1000002/alerts?stateFilter=CLEARED").await.body;
    client.emulator.shutdown().await;

    let id = event["detail"]["alarm_id"].as_str().unwrap();
    assert!(id.len() == 40 && id.bytes().all(|it| it.is_ascii_hexdigit()), "{id}");
    let detail = json!({
        "alarm_id": id,
        "alarm_state": "SET",
        "alert_type": "Video Not Detected",
        "channel_arn": "arn:aws:medialive:us-east-1:000000000000:channel:1000002",
        "message": "[VideoBuffer[1]] Video not detected: Check input signal",
        "pipeline": "0",
    });
    assert_eq!(event["detail"], detail);
    let expected = json!({
        "alertType": detail["alert_type"],
        "id": id,
        "message": detail["message"],
        "pipelineId": "0",
        "setTimestamp": event["time"],
        "state": "SET",
    });
    assert_eq!(listed, json!({ "alerts": [expected] }));
    assert_eq!(cleared, json!({ "alerts": [] }));
}

#[tokio::test]
async fn a_channel_with_two_pipelines_plays_to_both_destinations() {
    let (first, second) =
        (UdpSocket::bind("127.0.0.1:0").await, UdpSocket::bind("127.0.0.1:0").await);
    let (first, second) = (first.unwrap(), second.unwrap());
    let source = format!("{}/both.mp4", origin("both.mp4").await);
    let (client, mut events) = stage(&source, &[&first, &second]).await;

    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;
    heard(&mut events, ReportedState::Running).await;
    let (to_first, to_second) =
        (received(&first, PATIENCE).await, received(&second, PATIENCE).await);
    let shown = client.get("/prod/channels/1000002").await.body;
    client.emulator.shutdown().await;

    assert!(to_first && to_second);
    assert_eq!((&shown["state"], &shown["pipelinesRunningCount"]), (&json!("RUNNING"), &json!(2)));
}

#[tokio::test]
async fn a_channel_whose_ffmpeg_is_killed_recovers() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/killed.mp4", origin("killed.mp4").await);
    let (client, mut events) = stage_with_gop(&source, &[&destination], 43).await;
    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;

    kill_encoder(43).await;
    let recovering = timeout(PATIENCE, async {
        while client.state("channels/1000002").await != "RECOVERING" {
            tokio::time::sleep(SILENCE / 10).await;
        }
    });
    recovering.await.unwrap();
    heard(&mut events, ReportedState::Running).await;
    let plays = received(&destination, PATIENCE).await;
    client.emulator.shutdown().await;

    assert!(plays);
}

/// Kills the ffmpeg with keyframes this many frames apart.
async fn kill_encoder(frames: u32) {
    let ps = Command::new("ps").args(["-A", "-o", "pid=,ppid=,args="]).output().await.unwrap();
    let ps = String::from_utf8(ps.stdout).unwrap();
    let own = std::process::id().to_string();
    let ffmpeg = ps.lines().find_map(|line| {
        let fields = line.split_whitespace().collect::<Vec<_>>();
        (fields[1] == own && line.contains(&format!("-g {frames} "))).then(|| fields[0].to_owned())
    });
    assert!(Command::new("kill").arg("-9").arg(ffmpeg.unwrap()).status().await.unwrap().success());
}

#[tokio::test]
async fn a_running_channel_shows_a_real_picture_of_what_it_plays() {
    let destination = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let source = format!("{}/picture.mp4", origin("picture.mp4").await);
    let (client, mut events) = stage(&source, &[&destination]).await;
    client.post("/prod/channels/1000002/start").await;
    heard(&mut events, ReportedState::Running).await;

    let query = "pipelineId=0&thumbnailType=CURRENT_ACTIVE";
    let shown = client.get(&format!("/prod/channels/1000002/thumbnails?{query}")).await.body;
    client.emulator.shutdown().await;

    let thumbnail = &shown["thumbnailDetails"][0]["thumbnails"][0];
    assert_eq!(thumbnail["contentType"], "image/jpeg");
    // How every JPEG begins, in base64.
    assert!(thumbnail["body"].as_str().unwrap().starts_with("/9j/"), "{shown}");
}

//! What every test needs: an emulator, a way to call it, and documents that it accepts.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use lilo_medialive_emulator::{Config, Emulator, Pace};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const EPOCH: &str = "2026-03-01T12:00:00Z";

/// An emulator with a different length for every state, so that a mixed-up one shows.
pub(crate) struct Client {
    pub(crate) emulator: Emulator,
    pub(crate) pace: Pace,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new() -> Self {
        let pace = Pace {
            channel_create: Duration::from_secs(5),
            channel_update: Duration::from_secs(10),
            channel_start: Duration::from_secs(30),
            channel_stop: Duration::from_secs(20),
            channel_delete: Duration::from_secs(40),
            input_create: Duration::from_secs(2),
            input_delete: Duration::from_secs(3),
        };
        let epoch = Some(EPOCH.parse().unwrap());
        Self::with(Config { pace, epoch, ..Config::default() })
    }

    pub(crate) fn with(config: Config) -> Self {
        let pace = config.pace.clone();
        Self { emulator: Emulator::new(config), pace }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.emulator.router().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status, headers, body }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(Request::builder().method(method).uri(path).body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.call("POST", path, Value::Null).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, Value::Null).await
    }

    /// The documents of an answer with one on each line.
    pub(crate) async fn lines(&self, path: &str) -> Vec<Value> {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = self.emulator.router().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/x-ndjson");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = str::from_utf8(&bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The state shown by Describe; `what` is `inputs/ID` or `channels/ID`.
    pub(crate) async fn state(&self, what: &str) -> String {
        let answer = self.get(&format!("/prod/{what}")).await;
        answer.body["state"].as_str().unwrap().to_owned()
    }

    /// Creates an input and waits until it is DETACHED.
    pub(crate) async fn input(&self) -> String {
        self.input_of(1).await
    }

    /// The same with this many sources.
    pub(crate) async fn input_of(&self, sources: usize) -> String {
        let mut request = input();
        request["sources"] = json!(vec![request["sources"][0].clone(); sources]);
        let answer = self.call("POST", "/prod/inputs", request).await;
        just_past(self.pace.input_create).await;
        answer.body["input"]["id"].as_str().unwrap().to_owned()
    }

    /// Creates a channel with one pipeline and waits until it is IDLE.
    pub(crate) async fn channel(&self, input: &str) -> String {
        let answer = self.call("POST", "/prod/channels", channel(input)).await;
        just_past(self.pace.channel_create).await;
        answer.body["channel"]["id"].as_str().unwrap().to_owned()
    }

    /// An IDLE channel with an input of its own.
    pub(crate) async fn idle(&self) -> String {
        self.channel(&self.input().await).await
    }

    /// A RUNNING channel with an input of its own.
    pub(crate) async fn running(&self) -> String {
        let id = self.idle().await;
        self.post(&format!("/prod/channels/{id}/start")).await;
        just_past(self.pace.channel_start).await;
        id
    }
}

/// Lets this much time pass, and what is due then happen.
pub(crate) async fn just_past(pause: Duration) {
    tokio::time::sleep(pause + Duration::from_millis(1)).await;
}

pub(crate) fn input() -> Value {
    json!({
        "name": "lilo_input",
        "type": "MP4_FILE",
        "sources": [{ "url": "http://127.0.0.1:9/loop.mp4" }],
        "roleArn": "arn:aws:iam::000000000000:role/access",
    })
}

pub(crate) fn channel(input: &str) -> Value {
    json!({
        "name": "lilo_channel",
        "channelClass": "SINGLE_PIPELINE",
        "destinations": [{ "id": "out", "settings": [{ "url": "rtp://127.0.0.1:5000" }] }],
        "encoderSettings": encoder_settings(),
        "inputAttachments": [{
            "inputId": input,
            "inputAttachmentName": "lilo_input",
            "inputSettings": { "sourceEndBehavior": "LOOP" },
        }],
        "inputSpecification": { "codec": "AVC", "resolution": "HD" },
        "logLevel": "DEBUG",
        "roleArn": "arn:aws:iam::000000000000:role/access",
        "tags": { "StackName": "Dev" },
    })
}

/// A small picture with sound.
fn encoder_settings() -> Value {
    let aac = json!({ "bitrate": 96000.0, "sampleRate": 48000.0 });
    let h264 = json!({
        "bitrate": 500_000,
        "framerateControl": "SPECIFIED",
        "framerateDenominator": 1,
        "framerateNumerator": 25,
        "gopSize": 50.0,
        "rateControlMode": "CBR",
    });
    let udp = json!({
        "containerSettings": { "m2tsSettings": {} },
        "destination": { "destinationRefId": "out" },
    });
    json!({
        "audioDescriptions": [{
            "audioSelectorName": "default",
            "codecSettings": { "aacSettings": aac },
            "name": "audio",
        }],
        "outputGroups": [{
            "outputGroupSettings": { "udpGroupSettings": {} },
            "outputs": [{
                "audioDescriptionNames": ["audio"],
                "outputSettings": { "udpOutputSettings": udp },
                "videoDescriptionName": "video",
            }],
        }],
        "timecodeConfig": { "source": "SYSTEMCLOCK" },
        "videoDescriptions": [{
            "codecSettings": { "h264Settings": h264 },
            "height": 180,
            "name": "video",
            "width": 320,
        }],
    })
}

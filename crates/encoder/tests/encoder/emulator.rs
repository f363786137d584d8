//! The whole emulator on a socket, as a client has it: LILO's channel is made, started and asked
//! about over HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use lilo_medialive_emulator::{Config, Emulator, EncoderChoice, Pace, ReportedState, Subject};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

/// More than enough on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(10);

pub(crate) struct Plane {
    emulator: Emulator,
    url: String,
}

impl Plane {
    /// States last no longer than they must.
    pub(crate) async fn serve() -> Self {
        let pace = Pace {
            channel_create: STEP,
            channel_start: STEP,
            channel_stop: STEP,
            input_create: STEP,
            ..Pace::fast()
        };
        let config = Config { pace, encoder: EncoderChoice::Ffmpeg, ..Config::default() };
        let emulator = Emulator::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = emulator.clone();
        tokio::spawn(async move { served.serve(listener).await });
        Self { emulator, url }
    }

    /// An IDLE channel with LILO's settings, of which `change` may change some; its path.
    pub(crate) async fn channel(
        &self,
        source: &str,
        destination: SocketAddr,
        change: impl FnOnce(&mut Value),
    ) -> String {
        let input = json!({ "name": "input", "type": "MP4_FILE", "sources": [{ "url": source }] });
        let input = self.post("/prod/inputs", input).await;
        let input = input["input"]["id"].as_str().unwrap();
        self.until(&format!("/prod/inputs/{input}"), "DETACHED").await;
        let golden = include_str!("../../../../tests/golden/lilo-reference.json");
        let mut channel =
            on_the_wire(serde_json::from_str::<Value>(golden).unwrap()["channel"].take());
        channel["inputAttachments"][0]["inputId"] = json!(input);
        channel["destinations"][0]["settings"][0]["url"] = json!(format!("rtp://{destination}"));
        change(&mut channel["encoderSettings"]["videoDescriptions"][0]);
        let channel = self.post("/prod/channels", channel).await;
        let path = format!("/prod/channels/{}", channel["channel"]["id"].as_str().unwrap());
        self.until(&path, "IDLE").await;
        path
    }

    /// Starts a channel, and returns once an event says that it is RUNNING.
    pub(crate) async fn run(&self, channel: &str) {
        let mut events = self.emulator.subscribe();
        self.post(&format!("{channel}/start"), json!({})).await;
        loop {
            let event = timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
            if let Subject::State { state: ReportedState::Running, .. } = event.detail.subject {
                return;
            }
        }
    }

    pub(crate) async fn stop(&self, channel: &str) {
        self.post(&format!("{channel}/stop"), json!({})).await;
        self.until(channel, "IDLE").await;
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask(path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.ask(path, Some(body)).await
    }

    async fn ask(&self, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.url);
        let answer = tokio::task::spawn_blocking(move || match body {
            Some(body) => ureq::post(url).send_json(body),
            None => ureq::get(url).call(),
        });
        answer.await.unwrap().unwrap().body_mut().read_json().unwrap()
    }

    async fn until(&self, path: &str, state: &str) {
        let reached = async {
            while self.get(path).await["state"] != state {
                sleep(STEP).await;
            }
        };
        timeout(PATIENCE, reached).await.unwrap();
    }
}

/// CloudFormation's names as the API has them: the first letter is small.
fn on_the_wire(value: Value) -> Value {
    let small = |name: String| name[..1].to_lowercase() + &name[1..];
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, it)| (small(name), on_the_wire(it)));
            // Tags are data, not names.
            Value::Object(members.filter(|(name, _)| name != "tags").collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(on_the_wire).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

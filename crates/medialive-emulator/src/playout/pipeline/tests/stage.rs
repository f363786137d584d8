//! A channel with a scripted engine.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::SystemTime;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::time::sleep_until;

use super::super::*;
use super::{END_OF_A_SESSION, START, STOP};
use crate::config::Config;
use crate::model::alert::AlertState;
use crate::model::run::{Thumbnail, ThumbnailSource};
use crate::operations::OPERATIONS;
use crate::pace::Pace;
use crate::playout::job::tests::{channel, input};
use crate::request::{Body, Request};
use crate::service::events::Subject;
use crate::service::regions::Regions;

/// A session's reports, each after a pause in seconds.
pub(super) type Script = Vec<(u64, Report)>;

/// Plays its scripts in turn, and repeats the last one.
#[derive(Debug, Default)]
struct Scripted {
    scripts: Mutex<VecDeque<Script>>,
    log: Arc<Log>,
}

#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) started: Mutex<Vec<Instant>>,
    pub(super) stopped: Mutex<Vec<Instant>>,
}

struct ScriptedSession {
    script: VecDeque<(Instant, Report)>,
    log: Arc<Log>,
}

impl Engine for Scripted {
    fn start(&self, _: &Job) -> Box<dyn Session> {
        self.log.started.lock().unwrap().push(Instant::now());
        let mut scripts = self.scripts.lock().unwrap();
        let script = scripts.pop_front().unwrap();
        if scripts.is_empty() {
            scripts.push_back(script.clone());
        }
        let mut at = Instant::now();
        let script = script.into_iter().map(|(pause, report)| {
            at += Duration::from_secs(pause);
            (at, report)
        });
        Box::new(ScriptedSession { script: script.collect(), log: Arc::clone(&self.log) })
    }
}

impl Session for ScriptedSession {
    fn next(&mut self) -> BoxFuture<'_, Report> {
        async {
            let Some((at, _)) = self.script.front() else { return std::future::pending().await };
            sleep_until(*at).await;
            self.script.pop_front().unwrap().1
        }
        .boxed()
    }

    fn thumbnail_source(&self) -> Option<Arc<dyn ThumbnailSource>> {
        Some(Arc::new(Still))
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        async move {
            sleep(if self.script.is_empty() { Duration::ZERO } else { END_OF_A_SESSION }).await;
            self.log.stopped.lock().unwrap().push(Instant::now());
        }
        .boxed()
    }
}

/// Always the same picture.
struct Still;

impl ThumbnailSource for Still {
    fn take(&self) -> BoxFuture<'_, Option<Thumbnail>> {
        let taken = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        std::future::ready(Some(Thumbnail { jpeg: vec![0xff, 0xd8], taken })).boxed()
    }
}

pub(super) fn ended() -> Report {
    Report::Ended { reason: "killed".to_owned() }
}

/// An IDLE channel with its engine.
pub(super) struct Stage {
    pub(super) service: Arc<Service>,
    pub(super) log: Arc<Log>,
}

impl Stage {
    pub(super) async fn with(scripts: Vec<Script>, class: &str, destination: &str) -> Self {
        let mut request = channel("1000001");
        request["channelClass"] = json!(class);
        let url = json!({ "url": destination });
        request["destinations"][0]["settings"] = match class {
            "STANDARD" => json!([url, url]),
            _ => json!([url]),
        };
        Self::of(scripts, &request).await
    }

    /// With a channel like this.
    pub(super) async fn of(scripts: Vec<Script>, request: &Value) -> Self {
        let log = Arc::new(Log::default());
        let engine = Scripted { scripts: Mutex::new(scripts.into()), log: Arc::clone(&log) };
        let pace = Pace { channel_start: START, channel_stop: STOP, ..Pace::fast() };
        let epoch = Some("2026-03-01T12:00:00Z".parse().unwrap());
        let config = Config { pace, epoch, ..Config::default() };
        let regions = Regions::new(config, Some(Arc::new(engine)));
        let stage = Self { service: regions.of(&HeaderMap::new()), log };
        let mut source = input("http://127.0.0.1:9/loop.mp4");
        let second = json!({ "url": "https://127.0.0.1:9/loop.mp4" });
        source["sources"].as_array_mut().unwrap().push(second);
        stage.call("CreateInput", None, &source).await;
        stage.call("CreateChannel", None, request).await;
        stage
    }

    pub(super) async fn single(scripts: Vec<Script>) -> Self {
        Self::with(scripts, "SINGLE_PIPELINE", "rtp://127.0.0.1:5000").await
    }

    /// Calls an operation and waits the second that most of them take.
    pub(super) async fn call(&self, name: &str, id: Option<&str>, body: &Value) {
        let path = id.map(|id| ("id".to_owned(), id.to_owned())).into_iter().collect();
        let body = body.to_string();
        let request = Request::parse(path, Vec::new(), body.as_bytes()).unwrap();
        let operation = OPERATIONS.iter().find(|it| it.name == name).unwrap();
        assert!((operation.perform)(&self.service, &request).is_ok());
        sleep(Duration::from_millis(1001)).await;
    }

    /// DescribeThumbnails' answer to this query, or its error message.
    pub(super) async fn thumbnails(&self, query: &[(&str, &str)]) -> Result<Value, String> {
        let path = [("id".to_owned(), "1000002".to_owned())].into();
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let request = Request::parse(path, query.collect(), b"").unwrap();
        let operation = OPERATIONS.iter().find(|it| it.name == "DescribeThumbnails").unwrap();
        let reply = (operation.perform)(&self.service, &request).map_err(|it| it.to_string())?;
        let Body::Deferred(body) = reply.body else { panic!("a picture takes its time") };
        body.await.map_err(|it| it.to_string())
    }

    /// Starts the channel; a second of its start time has then passed.
    pub(super) async fn start(&self) {
        self.call("StartChannel", Some("1000002"), &json!({})).await;
    }

    /// Starts the channel; a second has then passed since its encoder started.
    pub(super) async fn begin(&self) {
        self.start().await;
        sleep(START.saturating_sub(ENCODER_LEAD)).await;
    }

    pub(super) async fn stop(&self) {
        self.call("StopChannel", Some("1000002"), &json!({})).await;
    }

    pub(super) fn state(&self) -> (String, usize) {
        let store = self.service.store();
        let channel = &store.channels["1000002"];
        (channel.state.to_string(), channel.running.len())
    }

    pub(super) fn reported(&self) -> Vec<ReportedState> {
        let history = self.service.shared.events.history();
        let states = history.iter().filter_map(|event| match event.detail.subject {
            Subject::State { state, .. } => Some(state),
            Subject::Alert { .. } => None,
        });
        states.collect()
    }

    /// The message of each alert event so far.
    pub(super) fn messages(&self) -> Vec<String> {
        let history = self.service.shared.events.history();
        let alerts = history.into_iter().filter(|event| match event.detail.subject {
            Subject::Alert { .. } => true,
            Subject::State { .. } => false,
        });
        alerts.map(|event| event.detail.message).collect()
    }

    /// The alerts so far: seconds since the first, type and state.
    pub(super) fn alerts(&self) -> Vec<(i64, &'static str, AlertState)> {
        let history = self.service.shared.events.history();
        let alerts = history.iter().filter_map(|event| match event.detail.subject {
            Subject::Alert { alert_type, alarm_state, .. } => {
                Some((event.time.as_second(), alert_type, alarm_state))
            }
            Subject::State { .. } => None,
        });
        let alerts = alerts.collect::<Vec<_>>();
        let first = alerts.first().map_or(0, |it| it.0);
        alerts.into_iter().map(|(time, kind, state)| (time - first, kind, state)).collect()
    }
}

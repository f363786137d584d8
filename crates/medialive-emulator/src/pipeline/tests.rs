//! Runs with a scripted engine, on a clock that stands still between the steps.

use std::collections::VecDeque;
use std::time::SystemTime;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::time::sleep_until;

use super::*;
use crate::config::Config;
use crate::engine::Thumbnail;
use crate::events::Subject;
use crate::job::tests::{channel, input};
use crate::operations::OPERATIONS;
use crate::pace::Pace;
use crate::request::{Body, Request};

const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(20);
const END_OF_A_SESSION: Duration = Duration::from_mins(1);

/// What one session tells: after which pause, and what. Then it is silent.
type Script = Vec<(u64, Report)>;

/// Plays its scripts in turn, the last one again and again.
#[derive(Debug, Default)]
struct Scripted {
    scripts: Mutex<VecDeque<Script>>,
    log: Arc<Log>,
}

#[derive(Debug, Default)]
struct Log {
    started: Mutex<Vec<Instant>>,
    stopped: Mutex<Vec<Instant>>,
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

    fn camera(&self) -> Option<Arc<dyn Camera>> {
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

impl Camera for Still {
    fn take(&self) -> BoxFuture<'_, Option<Thumbnail>> {
        let taken = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        std::future::ready(Some(Thumbnail { jpeg: vec![0xff, 0xd8], taken })).boxed()
    }
}

fn ended() -> Report {
    Report::Ended { reason: "killed".to_owned() }
}

/// A channel that is IDLE, with an engine behind it.
struct Stage {
    service: Arc<Service>,
    log: Arc<Log>,
}

impl Stage {
    async fn with(scripts: Vec<Script>, class: &str, destination: &str) -> Self {
        let log = Arc::new(Log::default());
        let engine = Scripted { scripts: Mutex::new(scripts.into()), log: Arc::clone(&log) };
        let pace = Pace { channel_start: START, channel_stop: STOP, ..Pace::fast() };
        let epoch = Some("2026-03-01T12:00:00Z".parse().unwrap());
        let config = Config { pace, epoch, ..Config::default() };
        let stage = Self { service: Arc::new(Service::new(config, Some(Arc::new(engine)))), log };
        let mut request = channel("1000001");
        request["channelClass"] = json!(class);
        let url = json!({ "url": destination });
        request["destinations"][0]["settings"] = match class {
            "STANDARD" => json!([url, url]),
            _ => json!([url]),
        };
        let mut source = input("http://127.0.0.1:9/loop.mp4");
        let second = json!({ "url": "https://127.0.0.1:9/loop.mp4" });
        source["sources"].as_array_mut().unwrap().push(second);
        stage.call("CreateInput", None, &source).await;
        stage.call("CreateChannel", None, &request).await;
        stage
    }

    async fn single(scripts: Vec<Script>) -> Self {
        Self::with(scripts, "SINGLE_PIPELINE", "rtp://127.0.0.1:5000").await
    }

    /// Calls an operation and lets the second pass that most of them take.
    async fn call(&self, name: &str, id: Option<&str>, body: &Value) {
        let path = id.map(|id| ("id".to_owned(), id.to_owned())).into_iter().collect();
        let body = body.to_string();
        let request = Request::parse(path, Vec::new(), body.as_bytes()).unwrap();
        let operation = OPERATIONS.iter().find(|it| it.name == name).unwrap();
        assert!((operation.perform)(&self.service, &request).is_ok());
        sleep(Duration::from_millis(1001)).await;
    }

    /// What DescribeThumbnails answers for this query, as it stands in the document; the message of a refusal.
    async fn thumbnails(&self, query: &[(&str, &str)]) -> Result<Value, String> {
        let path = [("id".to_owned(), "1000002".to_owned())].into();
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let request = Request::parse(path, query.collect(), b"").unwrap();
        let operation = OPERATIONS.iter().find(|it| it.name == "DescribeThumbnails").unwrap();
        let reply = (operation.perform)(&self.service, &request).map_err(|it| it.to_string())?;
        let Body::Later(body) = reply.body else { panic!("a picture takes its time") };
        body.await.map_err(|it| it.to_string())
    }

    /// Starts the channel; a second of its start time has passed then.
    async fn start(&self) {
        self.call("StartChannel", Some("1000002"), &json!({})).await;
    }

    /// Starts the channel; a second has passed then since its encoder was started.
    async fn begin(&self) {
        self.start().await;
        sleep(START.saturating_sub(LEAD)).await;
    }

    async fn stop(&self) {
        self.call("StopChannel", Some("1000002"), &json!({})).await;
    }

    fn state(&self) -> (String, usize) {
        let store = self.service.store();
        let channel = &store.channels["1000002"];
        (channel.state.to_string(), channel.running.len())
    }

    fn told(&self) -> Vec<ReportedState> {
        let history = self.service.events.history();
        let states = history.iter().filter_map(|event| match event.detail.subject {
            Subject::State { state, .. } => Some(state),
            Subject::Alert { .. } => None,
        });
        states.collect()
    }

    /// The alerts told so far: seconds since the first, type and state.
    fn alerts(&self) -> Vec<(i64, &'static str, AlertState)> {
        let history = self.service.events.history();
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

async fn seconds(number: u64) {
    sleep(Duration::from_secs(number)).await;
}

#[tokio::test(start_paused = true)]
async fn a_channel_whose_encoder_is_quick_runs_when_its_start_time_is_over() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;

    stage.start().await;
    seconds(28).await;
    let before = stage.state();
    seconds(1).await;

    assert_eq!(before, ("STARTING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn an_encoder_is_started_shortly_before_its_channel_runs() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;

    stage.start().await;
    let started_at = Instant::now() - Duration::from_millis(1001);
    seconds(30).await;

    let played = stage.log.started.lock().unwrap()[0] - started_at;
    assert_eq!(played, START.saturating_sub(LEAD));
}

#[tokio::test(start_paused = true)]
async fn a_channel_whose_encoder_is_slow_runs_when_it_plays() {
    let stage = Stage::single(vec![vec![(18, Report::Playing)]]).await;

    stage.start().await;
    seconds(43).await;
    let before = stage.state();
    seconds(1).await;

    assert_eq!(before, ("STARTING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_does_not_start_is_recovering_until_one_does() {
    let stage = Stage::single(vec![vec![(0, ended())], vec![(1, Report::Playing)]]).await;

    stage.begin().await;
    let failed = stage.state();
    seconds(30).await;

    assert_eq!(failed, ("RECOVERING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert_eq!(stage.told(), [ReportedState::Created, ReportedState::Running]);
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_dies_is_started_again() {
    let dies = vec![(1, Report::Playing), (59, ended())];
    let stage = Stage::single(vec![dies, vec![(5, Report::Playing)]]).await;

    stage.begin().await;
    seconds(58).await;
    let alive = stage.state();
    seconds(1).await;
    let dead = stage.state();
    seconds(6).await;

    assert_eq!(alive, ("RUNNING".to_owned(), 1));
    assert_eq!(dead, ("RECOVERING".to_owned(), 0));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    let again = [ReportedState::Created, ReportedState::Running, ReportedState::Running];
    assert_eq!(stage.told(), again);
}

#[tokio::test(start_paused = true)]
async fn the_pause_before_another_try_grows_up_to_a_limit() {
    let stage = Stage::single(vec![vec![(0, ended())]]).await;

    stage.begin().await;
    seconds(100).await;

    let started = stage.log.started.lock().unwrap();
    let pauses = started.windows(2).map(|pair| (pair[1] - pair[0]).as_secs());
    assert_eq!(pauses.collect::<Vec<_>>(), [1, 2, 4, 8, 16, 30, 30]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_idle_only_when_its_encoder_has_ended() {
    // A session with something left to tell takes a minute to end, longer than the stop itself.
    let stage = Stage::single(vec![vec![(1, Report::Playing), (3600, ended())]]).await;
    stage.start().await;
    seconds(30).await;

    stage.stop().await;
    seconds(58).await;
    let before = stage.state();
    seconds(1).await;

    assert_eq!(before, ("STOPPING".to_owned(), 0));
    assert_eq!(stage.state(), ("IDLE".to_owned(), 0));
    assert_eq!(stage.log.stopped.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_recovering_channel_can_be_stopped_and_is_not_tried_again() {
    let stage = Stage::single(vec![vec![(0, ended())]]).await;
    stage.begin().await;
    seconds(10).await;
    assert_eq!(stage.state(), ("RECOVERING".to_owned(), 0));

    stage.stop().await;
    seconds(20).await;
    let tries = stage.log.started.lock().unwrap().len();
    seconds(3600).await;

    assert_eq!(stage.state(), ("IDLE".to_owned(), 0));
    assert_eq!(stage.log.started.lock().unwrap().len(), tries);
}

#[tokio::test(start_paused = true)]
async fn a_channel_with_two_pipelines_recovers_when_one_is_lost() {
    let stays = vec![(1, Report::Playing)];
    let dies = vec![(1, Report::Playing), (59, ended())];
    let scripts = vec![stays.clone(), dies, stays];
    let stage = Stage::with(scripts, "STANDARD", "rtp://127.0.0.1:5000").await;

    stage.begin().await;
    seconds(40).await;
    let both = stage.state();
    seconds(19).await;
    let one = stage.state();
    seconds(2).await;

    assert_eq!(both, ("RUNNING".to_owned(), 2));
    assert_eq!(one, ("RECOVERING".to_owned(), 1));
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 2));
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_cannot_be_reached_leaves_the_channel_running_without_a_picture() {
    let stage = Stage::with(Vec::new(), "SINGLE_PIPELINE", "rtp://media.example.com:5000").await;

    stage.start().await;
    seconds(30).await;

    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert!(stage.log.started.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_input_that_cannot_be_read_leaves_the_channel_running_and_is_tried_again() {
    let missing = vec![(1, Report::NoSource { reason: "404".to_owned() })];
    let stage = Stage::single(vec![missing, vec![(1, Report::Playing)]]).await;

    stage.start().await;
    seconds(60).await;

    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert_eq!(stage.log.started.lock().unwrap().len(), 2);
    assert_eq!(stage.told(), [ReportedState::Created, ReportedState::Running]);
    let states = stage.alerts().into_iter().map(|(_, _, state)| state).collect::<Vec<_>>();
    assert_eq!(states, [AlertState::Set, AlertState::Cleared]);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_the_encoders_to_end() {
    let stage = Stage::single(vec![vec![(1, Report::Playing), (3600, ended())]]).await;
    stage.begin().await;
    let before = Instant::now();

    stage.service.shutdown().await;

    assert_eq!(before.elapsed().as_secs(), END_OF_A_SESSION.as_secs());
    assert_eq!(stage.log.stopped.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_goes_away_is_an_alert_until_it_is_back() {
    let reason = || "404".to_owned();
    let script = vec![
        (1, Report::Playing),
        (9, Report::Filling { reason: reason() }),
        (1, Report::Filling { reason: reason() }),
        (4, Report::Playing),
    ];
    let stage = Stage::single(vec![script]).await;

    stage.begin().await;
    seconds(30).await;

    let kind = "Video Not Detected";
    assert_eq!(stage.alerts(), [(0, kind, AlertState::Set), (5, kind, AlertState::Cleared)]);
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
    assert_eq!(stage.told(), [ReportedState::Created, ReportedState::Running]);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_does_not_keep_up_is_an_alert() {
    let script = vec![(1, Report::Playing), (9, Report::Slow), (20, Report::InTime)];
    let stage = Stage::single(vec![script]).await;

    stage.begin().await;
    seconds(60).await;

    let kind = "Slow Encode";
    assert_eq!(stage.alerts(), [(0, kind, AlertState::Set), (20, kind, AlertState::Cleared)]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_stopped_leaves_no_alert_set() {
    let filling = vec![(1, Report::Filling { reason: "404".to_owned() })];
    let stage = Stage::single(vec![filling]).await;
    stage.begin().await;
    seconds(10).await;

    stage.stop().await;

    let states = stage.alerts().into_iter().map(|(_, _, state)| state).collect::<Vec<_>>();
    assert_eq!(states, [AlertState::Set, AlertState::Cleared]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_ends_what_plays_and_starts_it_again() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;
    stage.begin().await;
    seconds(10).await;

    let body = json!({ "pipelineIds": ["PIPELINE_0"] });
    stage.call("RestartChannelPipelines", Some("1000002"), &body).await;
    seconds(1).await;

    assert_eq!(stage.log.started.lock().unwrap().len(), 2);
    assert_eq!(stage.log.stopped.lock().unwrap().len(), 1);
    assert_eq!(stage.state(), ("RUNNING".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn a_running_channel_has_thumbnails_and_an_idle_one_has_none() {
    let stage = Stage::single(vec![vec![(1, Report::Playing)]]).await;
    let wanted = [("pipelineId", "0"), ("thumbnailType", "CURRENT_ACTIVE")];

    let idle = stage.thumbnails(&wanted).await;
    stage.begin().await;
    let running = stage.thumbnails(&wanted).await;
    let second = stage.thumbnails(&[("pipelineId", "1"), wanted[1]]).await;
    let unnamed = stage.thumbnails(&wanted[..1]).await;

    let none = Err("There are no thumbnails for this channel.".to_owned());
    let thumbnail = json!({
        "body": "/9g=",
        "contentType": "image/jpeg",
        "thumbnailType": "CURRENT_ACTIVE",
        "timeStamp": "1970-01-01T00:00:01Z",
    });
    let detail = json!({ "pipelineId": "0", "thumbnails": [thumbnail] });
    assert_eq!(running, Ok(json!({ "thumbnailDetails": [detail] })));
    assert_eq!((idle, second), (none.clone(), none));
    assert_eq!(unnamed, Err("thumbnailType: it is required".to_owned()));
}

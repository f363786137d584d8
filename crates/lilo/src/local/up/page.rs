//! The page of a local loop: what it shows, and what a person can do there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use jiff::Timestamp;
use lilo_lifecycle::{LiloTags, Tags, medialive_id};
use lilo_local_cloud::eventbridge::EventBridge;
use lilo_medialive_emulator::Emulator;
use lilo_page::words::{duration, megabits};
use lilo_page::{Action, Backend, Channel, Picture, Pipeline, Refused, Server, Stream, View};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;

use super::run_record::RunRecord;
use crate::local::Platform;

/// The number of states on the page.
const STATES: usize = 50;
/// How often the terminal's status line changes.
const STATUS_GAP: Duration = Duration::from_secs(1);
/// The time over which a bitrate is measured, at least.
const RATE_OVER: Duration = Duration::from_secs(2);

/// The served page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) url: String,
    source: Arc<LocalLoop>,
    closing: CancellationToken,
    serving: JoinHandle<()>,
}

impl Page {
    pub(super) fn serve(server: Server, platform: &Platform, record: RunRecord) -> Self {
        let url = server.url();
        let source = Arc::new(LocalLoop {
            record,
            medialive: platform.medialive.clone(),
            medialive_url: format!("http://{}", platform.medialive_address),
            eventbridge: platform.cloud.eventbridge.clone(),
            rates: Mutex::default(),
        });
        let closing = CancellationToken::new();
        let (stop, shown) = (closing.clone(), Arc::clone(&source));
        let serving = tokio::spawn(async move {
            if let Err(error) = server.serve(shown, stop).await {
                tracing::warn!(%error, "the page ended");
            }
        });
        Self { url, source, closing, serving }
    }

    /// Sends a status line each second, for ever.
    pub(super) async fn report(&self, lines: &UnboundedSender<String>) {
        let mut ticks = interval(STATUS_GAP);
        loop {
            ticks.tick().await;
            let line = status(&self.source.channels(), Timestamp::now());
            // Without a printer the command ends anyway.
            let _ = lines.send(line);
        }
    }

    /// Ends every connection.
    pub(super) async fn shut_down(self) {
        self.closing.cancel();
        let _ = self.serving.await;
    }
}

/// All channels in one line, each with its id if there are several.
fn status(channels: &[Channel], now: Timestamp) -> String {
    match channels {
        [channel] => status_of(channel, now),
        channels => {
            let named = channels.iter().map(|it| format!("{} {}", it.id, status_of(it, now)));
            named.collect::<Vec<_>>().join("  |  ")
        }
    }
}

/// A channel's state, running time, bitrates, passes and alerts.
fn status_of(channel: &Channel, now: Timestamp) -> String {
    let mut parts = vec![channel.state.clone()];
    if let Some(since) = channel.running_since {
        parts.push(duration(now.duration_since(since)));
    }
    for pipeline in &channel.pipelines {
        parts.extend(pipeline.bitrate.map(megabits));
        parts.extend(pipeline.passes.map(|passes| format!("{passes} passes played")));
    }
    parts.push(match channel.alerts.as_slice() {
        [] => "no alerts".to_owned(),
        alerts => alerts.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>().join(", "),
    });
    parts.join("  ")
}

#[derive(Debug)]
struct LocalLoop {
    record: RunRecord,
    medialive: Emulator,
    medialive_url: String,
    eventbridge: EventBridge,
    rates: Mutex<BTreeMap<(String, usize), Sent>>,
}

/// What a pipeline had sent at a time, and its bitrate before that.
#[derive(Clone, Copy, Debug)]
struct Sent {
    at: Instant,
    bytes: u64,
    rate: Option<u64>,
}

impl Backend for LocalLoop {
    fn view(&self) -> BoxFuture<'_, View> {
        let channels = self.channels();
        let mut lists = self.record.lists();
        let known = lists.known_calls();
        lists.add_calls(self.medialive.calls_since(known));
        let view = View {
            place: "on this machine".to_owned(),
            remark: String::new(),
            channels,
            events: lists.events(),
            stack_events: lists.stack_events(),
            calls: lists.calls(),
        };
        ready(view).boxed()
    }

    fn stream(&self, channel: &str, pipeline: usize) -> Option<Stream> {
        match self.medialive.tap(channel, pipeline)?.mp4() {
            Ok(mp4) => Some(Box::pin(mp4?)),
            Err(error) => {
                tracing::warn!("{}", lilo_lifecycle::chain(&error));
                None
            }
        }
    }

    fn still<'a>(&'a self, channel: &'a str, pipeline: usize) -> BoxFuture<'a, Option<Vec<u8>>> {
        self.medialive.picture(channel, pipeline).boxed()
    }

    fn act(&self, action: Action) -> BoxFuture<'_, Result<(), Refused>> {
        match action {
            Action::Start(channel) => self.order(channel, "start").boxed(),
            Action::Stop(channel) => self.order(channel, "stop").boxed(),
            Action::SendAgain(number) => ready(self.send_again(number)).boxed(),
        }
    }
}

impl LocalLoop {
    /// The channels with their alerts.
    fn channels(&self) -> Vec<Channel> {
        let documents = self.medialive.channels();
        let mut channels: Vec<_> = documents.iter().map(|it| self.channel(it)).collect();
        let lists = self.record.lists();
        for channel in &mut channels {
            channel.alerts = lists.alerts_of(&channel.id);
        }
        channels
    }

    fn channel(&self, document: &Value) -> Channel {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = text(&document["id"]);
        let tags: Tags = serde_json::from_value(document["tags"].clone()).unwrap_or_default();
        let tags = LiloTags::from(&tags);
        let sources = self.medialive.sources(&id);
        let settings = document["destinations"][0]["settings"].as_array();
        let class = document["channelClass"].as_str();
        let pipelines = if class == Some("SINGLE_PIPELINE") { 1 } else { 2 };
        let runs = document["state"] == "RUNNING";
        let pipelines = settings.into_iter().flatten().take(pipelines).enumerate();
        let pipelines = pipelines.map(|(number, settings)| Pipeline {
            source: sources.get(number).cloned().unwrap_or_default(),
            destination: text(&settings["url"]),
            picture: Picture::Stream,
            bitrate: self.bitrate(&id, number),
            passes: self.medialive.tap(&id, number).map(|tap| tap.counters().passes),
        });
        let states = self.medialive.history(&id);
        let states = &states[states.len().saturating_sub(STATES)..];
        Channel {
            history: states.iter().map(|(at, state)| (*at, state.to_string())).collect(),
            name: text(&document["name"]),
            state: text(&document["state"]),
            pipelines: pipelines.collect(),
            running_since: tags.running_since.filter(|_| runs),
            stops_at: tags.stop_at().filter(|_| runs),
            cost: "nothing: it runs on this machine".to_owned(),
            id,
            ..Channel::default()
        }
    }

    /// Bits per second since some seconds ago.
    fn bitrate(&self, channel: &str, pipeline: usize) -> Option<u64> {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (channel.to_owned(), pipeline);
        let Some(tap) = self.medialive.tap(channel, pipeline) else {
            rates.remove(&key);
            return None;
        };
        let (at, bytes) = (Instant::now(), tap.counters().bytes);
        let last = rates.entry(key).or_insert(Sent { at, bytes, rate: None });
        if at.duration_since(last.at) >= RATE_OVER {
            let milliseconds = u64::try_from(at.duration_since(last.at).as_millis()).ok()?;
            // A new session counts from zero.
            let rate = bytes.checked_sub(last.bytes).map(|bytes| bytes * 8_000 / milliseconds);
            *last = Sent { at, bytes, rate };
        }
        last.rate
    }

    /// Calls MediaLive as a person would: the call is on record.
    async fn order(&self, channel: String, verb: &'static str) -> Result<(), Refused> {
        let id = medialive_id(&channel).ok_or_else(|| Refused("That is no channel.".to_owned()))?;
        let url = format!("{}/prod/channels/{id}/{verb}", self.medialive_url);
        let call = tokio::task::spawn_blocking(move || {
            // A proxy for the network knows nothing of this machine.
            let request = ureq::post(&url).config().proxy(None).http_status_as_error(false).build();
            let mut answer = request.send_empty()?;
            let accepted = answer.status().is_success();
            Ok::<_, ureq::Error>((accepted, answer.body_mut().read_json::<Value>()?))
        });
        match call.await.expect("a request does not panic") {
            Ok((true, _)) => Ok(()),
            Ok((false, body)) => {
                let message = body["message"].as_str().unwrap_or("no reason given");
                Err(Refused(format!("MediaLive did not {verb} the channel: {message}")))
            }
            Err(error) => Err(Refused(format!("MediaLive does not answer: {error}"))),
        }
    }

    fn send_again(&self, number: usize) -> Result<(), Refused> {
        let event = self.record.event(number);
        let event = event.ok_or_else(|| Refused("There is no such event.".to_owned()))?;
        let deliveries = self.eventbridge.put(&event);
        self.record.sent_again(number, deliveries);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use lilo_page::Alert;

    use super::*;

    #[test]
    fn the_status_line_says_what_a_running_channel_does() {
        let since = Timestamp::UNIX_EPOCH;
        let pipeline = Pipeline {
            source: String::new(),
            destination: String::new(),
            picture: Picture::Stream,
            bitrate: Some(10_765_200),
            passes: Some(4),
        };
        let (kind, message) = ("Slow Encode".to_owned(), String::new());
        let alert = Alert { kind, pipeline: "0".to_owned(), message };
        let mut channel = Channel {
            state: "RUNNING".to_owned(),
            running_since: Some(since),
            pipelines: vec![pipeline],
            ..Channel::default()
        };
        let now = Timestamp::from_second(83).unwrap();
        let line = "RUNNING  1 min 23 s  10.8 Mb/s  4 passes played  no alerts";
        assert_eq!(status(slice::from_ref(&channel), now), line);
        channel.alerts = vec![alert];
        assert!(status(slice::from_ref(&channel), now).ends_with("  Slow Encode"));
        let idle = Channel { id: "2".to_owned(), state: "IDLE".to_owned(), ..Channel::default() };
        channel.id = "1".to_owned();
        let both = status(&[channel, idle], now);
        assert!(
            both.starts_with("1 RUNNING  ") && both.ends_with("  |  2 IDLE  no alerts"),
            "{both}"
        );
    }
}

//! A loop on AWS as the page shows it.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use lilo_page::{Action, Channel, Picture, Pipeline, Refused, Source, Stream, View};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Error;
use crate::aws::Aws;
use crate::aws::stack::Stack;
use crate::cloud::LoopSummary;

/// How old the page's view of AWS may be. It is refreshed only while somebody looks.
const LOOK_GAP: Duration = Duration::from_secs(5);
const STILLS: &str = "MediaLive's thumbnails, every two seconds: they come some seconds after the stream, without sound.";

/// One loop.
#[derive(Debug)]
pub(super) struct RemoteLoop {
    aws: Aws,
    stack_id: String,
    /// Of an hour of the running channel.
    price: Option<f64>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    at: Option<Instant>,
    view: View,
    /// The channel's states since somebody looks.
    history: Vec<(Timestamp, String)>,
}

impl RemoteLoop {
    pub(super) fn new(aws: Aws, stack: &Stack, price: Option<f64>) -> Self {
        Self { aws, stack_id: stack.id.clone(), price, seen: Mutex::default() }
    }

    /// Looks at the stack and its channel.
    async fn look(&self, history: &mut Vec<(Timestamp, String)>) -> Result<View, Error> {
        let place = format!("in {} on AWS", self.aws.region);
        let Some(stack) = self.aws.stack(&self.stack_id).await? else {
            return Ok(View { place, remark: "The stack is gone.".to_owned(), ..View::default() });
        };
        let stack_events = self.aws.newest_stack_events(&self.stack_id).await?;
        let id = stack.output("ChannelId");
        let channel = if id.is_empty() { None } else { self.aws.channel(id).await? };
        let now = Timestamp::now();
        let mut channels = Vec::new();
        if let Some(channel) = channel {
            let summary = LoopSummary::of(&stack, Some(&channel));
            let state = channel.state.as_str().to_owned();
            if history.last().is_none_or(|(_, last)| *last != state) {
                history.push((now, state));
            }
            let alerts = self.aws.alerts(&channel.id).await?;
            let history = history.clone();
            channels.push(Channel { alerts, history, ..self.shown(&stack, summary, now) });
        }
        let remark =
            "AWS shows no past events of EventBridge; CloudTrail has the calls.".to_owned();
        Ok(View { place, remark, channels, stack_events, ..View::default() })
    }

    fn shown(&self, stack: &Stack, summary: LoopSummary, now: Timestamp) -> Channel {
        let cost = match self.price {
            Some(price) => summary.clone().priced(price, now).cost,
            None => None,
        };
        let sources = ["Source", "Source2"].map(|name| stack.parameter(name));
        let second = if sources[1].is_empty() { sources[0] } else { sources[1] };
        let pipelines = summary.destinations.into_iter().zip([sources[0], second]);
        let pipelines = pipelines.map(|(destination, source)| Pipeline {
            source: source.to_owned(),
            destination,
            picture: Picture::Stills(STILLS.to_owned()),
            bitrate: None,
            passes: None,
        });
        Channel {
            id: summary.channel_id.unwrap_or_default(),
            name: summary.name,
            state: summary.state.unwrap_or_default(),
            pipelines: pipelines.collect(),
            running_since: summary.running_since,
            stops_at: summary.stop_at,
            cost: match cost {
                Some(cost) => format!("{cost:.2} for this run"),
                None => "`lilo watch --price` shows it".to_owned(),
            },
            ..Channel::default()
        }
    }
}

impl Source for RemoteLoop {
    fn view(&self) -> BoxFuture<'_, View> {
        async {
            let mut seen = self.seen.lock().await;
            if seen.at.is_none_or(|at| at.elapsed() > LOOK_GAP) {
                let mut history = std::mem::take(&mut seen.history);
                match self.look(&mut history).await {
                    Ok(view) => seen.view = view,
                    // What was seen before stays.
                    Err(error) => seen.view.remark = lilo_lifecycle::chain(&error),
                }
                seen.history = history;
                seen.at = Some(Instant::now());
            }
            seen.view.clone()
        }
        .boxed()
    }

    fn stream(&self, _channel: &str, _pipeline: usize) -> Option<Stream> {
        None
    }

    fn still<'a>(&'a self, channel: &'a str, pipeline: usize) -> BoxFuture<'a, Option<Vec<u8>>> {
        self.aws.thumbnail(channel, pipeline).boxed()
    }

    fn act(&self, action: Action) -> BoxFuture<'_, Result<(), Refused>> {
        async move {
            // The page can name any channel of the account; only the loop's own is meant.
            let own = |id: &str, view: &View| view.channels.iter().any(|it| it.id == id);
            let mut seen = self.seen.lock().await;
            let done = match action {
                Action::Start(id) if own(&id, &seen.view) => self.aws.start_channel(&id).await,
                Action::Stop(id) if own(&id, &seen.view) => self.aws.stop_channel(&id).await,
                Action::Start(_) | Action::Stop(_) => {
                    return Err(Refused("That is not the loop's channel.".to_owned()));
                }
                Action::SendAgain(_) => {
                    return Err(Refused("Events are sent again on a laptop only.".to_owned()));
                }
            };
            seen.at = None;
            done.map_err(|error| Refused(lilo_lifecycle::chain(&error)))
        }
        .boxed()
    }
}

//! A loop on AWS as the page's source.
//!
//! AWS is called only for a page that asks, and no lock is held meanwhile: buttons do not wait for
//! a look, and a page that closes ends none.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use jiff::Timestamp;
use lilo_page::{Action, Backend, Refused, Stream, View};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::look::{Found, Look};
use super::stills::Stills;
use super::view::view;
use crate::aws::Aws;
use crate::aws::stack::Stack;

/// The time between two looks at AWS.
const LOOK_GAP: Duration = Duration::from_secs(5);

/// One loop.
#[derive(Debug)]
pub(super) struct RemoteLoop {
    aws: Aws,
    /// Of an hour of the running channel.
    price: Option<f64>,
    seen: Arc<Mutex<Seen>>,
    stills: Stills,
}

#[derive(Debug)]
struct Seen {
    found: Found,
    /// The beginning and the end of the last look.
    last_look: Option<(Instant, Instant)>,
    running_look: Option<JoinHandle<()>>,
    /// When a person last started or stopped the channel.
    acted_at: Option<Instant>,
    /// Why there is no thumbnail of a pipeline.
    still_problems: BTreeMap<usize, String>,
}

impl Seen {
    fn needs_a_look(&self) -> bool {
        if self.running_look.as_ref().is_some_and(|look| !look.is_finished()) {
            return false;
        }
        self.last_look.is_none_or(|(begun, ended)| {
            ended.elapsed() >= LOOK_GAP || self.acted_at.is_some_and(|at| at >= begun)
        })
    }
}

impl RemoteLoop {
    pub(super) fn new(aws: Aws, stack: Stack, price: Option<f64>) -> Self {
        let seen = Seen {
            found: Found::new(stack),
            last_look: None,
            running_look: None,
            acted_at: None,
            still_problems: BTreeMap::new(),
        };
        let seen = Arc::new(Mutex::new(seen));
        Self { aws, price, seen, stills: Stills::default() }
    }

    /// Looks at AWS in a task of its own, if the last look is too old.
    fn refresh(&self) {
        let mut seen = lock(&self.seen);
        if !seen.needs_a_look() {
            return;
        }
        let (aws, stack, shared) =
            (self.aws.clone(), seen.found.stack.clone(), Arc::clone(&self.seen));
        seen.running_look = Some(tokio::spawn(async move {
            let begun = Instant::now();
            let look = Look::take(&aws, &stack).await;
            let mut seen = lock(&shared);
            seen.found.add(look, Timestamp::now());
            seen.last_look = Some((begun, Instant::now()));
        }));
    }

    /// The page can name any channel of the account; only the loop's own is meant.
    fn is_own(&self, id: &str) -> bool {
        lock(&self.seen).found.channel.as_ref().is_some_and(|channel| channel.id == id)
    }

    fn has_still(&self, id: &str, pipeline: usize) -> bool {
        let seen = lock(&self.seen);
        let own = seen.found.channel.as_ref().filter(|channel| channel.id == id);
        let runs = own.is_some_and(|it| it.runs() && pipeline < it.destinations.len());
        runs && seen.found.stack.has_thumbnails()
    }

    async fn switch(&self, action: Action) -> Result<(), Refused> {
        let done = match action {
            Action::Start(id) if self.is_own(&id) => self.aws.start_channel(&id).await,
            Action::Stop(id) if self.is_own(&id) => self.aws.stop_channel(&id).await,
            Action::Start(_) | Action::Stop(_) => {
                return Err(Refused("That is not the loop's channel.".to_owned()));
            }
            Action::SendAgain(_) => {
                return Err(Refused("Events are sent again on a laptop only.".to_owned()));
            }
        };
        lock(&self.seen).acted_at = Some(Instant::now());
        done.map_err(|error| Refused(error.line()))
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Backend for RemoteLoop {
    fn view(&self) -> BoxFuture<'_, View> {
        self.refresh();
        let seen = lock(&self.seen);
        let mut view = view(&seen.found, &self.aws.region, self.price, Timestamp::now());
        let problems = seen.still_problems.iter();
        let problems = problems.map(|(of, why)| format!("Pipeline {of} has no thumbnail: {why}."));
        view.remark = [view.remark].into_iter().chain(problems).collect::<Vec<_>>().join(" ");
        ready(view).boxed()
    }

    fn stream(&self, _channel: &str, _pipeline: usize) -> Option<Stream> {
        None
    }

    fn still<'a>(&'a self, channel: &'a str, pipeline: usize) -> BoxFuture<'a, Option<Vec<u8>>> {
        async move {
            let answer = if self.has_still(channel, pipeline) {
                self.stills.get(&self.aws, channel, pipeline).await
            } else {
                Ok(None)
            };
            let mut seen = lock(&self.seen);
            match answer {
                Ok(jpeg) => {
                    seen.still_problems.remove(&pipeline);
                    jpeg
                }
                Err(problem) => {
                    seen.still_problems.insert(pipeline, problem);
                    None
                }
            }
        }
        .boxed()
    }

    fn act(&self, action: Action) -> BoxFuture<'_, Result<(), Refused>> {
        self.switch(action).boxed()
    }
}

#[cfg(test)]
mod tests;

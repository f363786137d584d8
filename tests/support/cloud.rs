//! What is around the functions on AWS, in one process and in virtual time: Lambda's asynchronous
//! invocations, EventBridge, CloudFormation with one stack of a loop, a person, and faults that any
//! call can meet.
//!
//! Decides nothing about what is right; the record of calls and replies ([`Cloud::check`]) holds
//! only what is wrong with any reply by itself.

mod answers;
mod bootstrap;
mod by_hand;
mod clients;
mod connector;
mod journal;
mod lambda;
mod services;
mod stack;

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use jiff::Timestamp;
use lilo_local_cloud::eventbridge::DEFAULT_BUS;
use lilo_medialive::MediaLive;
use lilo_medialive_emulator::{Config, Emulator, Pace};
use lilo_runtime::Clock;
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio::time::{Instant, interval, timeout};
use tokio_util::task::TaskTracker;

use crate::samples;
use bootstrap::targets;
pub use bootstrap::{ACCOUNT, REGION, bootstrap, bootstrap_with, sweep_period};
pub use by_hand::Reply;
use by_hand::{response_url, stack_id};
use connector::Direct;
pub use journal::{ANOTHER_ANSWER, Call, PANICKED, PUT_EVENTS, REPLY};
use lambda::Lambda;
use services::Services;
pub use stack::{ANOTHER, Loop, Stack, Status};

/// When time begins in every cloud.
const EPOCH: &str = "2026-11-22T10:00:00Z";

/// One of LILO's functions that make a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// `lilo-input`.
    Input,
    /// `lilo-channel`.
    Channel,
}

/// AWS around the functions; clones are the same one.
#[derive(Clone, Debug)]
pub struct Cloud {
    pub(crate) services: Arc<Services>,
    /// The time of everything: it passes with tokio's.
    clock: Clock,
    /// Invocations that have not ended, and those that Lambda will try again.
    under_way: TaskTracker,
}

/// What MediaLive itself tells of.
impl Deref for Cloud {
    type Target = Emulator;

    fn deref(&self) -> &Emulator {
        &self.services.emulator
    }
}

impl Default for Cloud {
    fn default() -> Self {
        Self::at(Pace::fast())
    }
}

impl Cloud {
    /// A cloud whose MediaLive takes these times, and in which nothing is delivered by itself.
    ///
    /// # Panics
    /// Never: the epoch is a time.
    #[must_use]
    pub fn at(pace: Pace) -> Self {
        let epoch: Timestamp = EPOCH.parse().expect("a time");
        let (region, account) = (REGION.into(), ACCOUNT.into());
        let config = Config { region, account, epoch: Some(epoch), pace, ..Config::default() };
        let services = Arc::new(Services::new(Emulator::new(config)));
        let begun = Instant::now();
        let clock = Clock::new(move || SystemTime::from(epoch + begun.elapsed()));
        let under_way = TaskTracker::new();
        under_way.close();
        Self { services, clock, under_way }
    }

    /// Runs `scenario` in a cloud of its own, to its end, in no time. EventBridge and Lambda
    /// deliver whatever there is.
    ///
    /// # Panics
    /// When the scenario does.
    pub fn run<T>(scenario: impl AsyncFnOnce(Cloud) -> T) -> T {
        Self::run_at(Pace::fast(), scenario)
    }

    /// The same with a MediaLive that takes these times.
    ///
    /// # Panics
    /// When the scenario does.
    pub fn run_at<T>(pace: Pace, scenario: impl AsyncFnOnce(Cloud) -> T) -> T {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime without threads or sockets");
        // The same jitter every time: a case is named by the number of a call.
        fastrand::seed(1);
        LocalSet::new().block_on(&runtime, async {
            let cloud = Self::at(pace);
            let mut events = cloud.subscribe();
            let bus = async {
                let mut sweep = interval(sweep_period());
                sweep.tick().await;
                loop {
                    tokio::select! {
                        Ok(event) = events.recv() => {
                            let event = serde_json::to_value(&event).expect("JSON");
                            let delay = cloud.services.state().event_delay;
                            for (lambda, payload) in targets(DEFAULT_BUS, &event) {
                                cloud.invoke(lambda, payload, delay);
                            }
                        }
                        () = cloud.services.arrived.notified() => {
                            for (lambda, payload) in cloud.services.take_handed_on() {
                                cloud.invoke(lambda, payload, Duration::ZERO);
                            }
                        }
                        _ = sweep.tick() => {
                            cloud.invoke(Lambda::Starter, samples::sweep(), Duration::ZERO);
                        }
                    }
                }
            };
            tokio::select! {
                done = scenario(cloud.clone()) => done,
                () = bus => unreachable!("the bus has no end"),
            }
        })
    }

    /// MediaLive's events reach the starter this late from now on.
    pub fn delay_events(&self, delay: Duration) {
        self.services.state().event_delay = delay;
    }

    /// Every call of a function to MediaLive takes this long from now on, half of it before it has
    /// its effect.
    pub fn slow_down(&self, delay: Duration) {
        self.services.state().call_delay = delay;
    }

    /// Every list of a function's has at most so many items on a page from now on: MediaLive's own
    /// maximum is not published.
    pub fn limit_pages(&self, items: u32) {
        self.services.state().page = Some(items);
    }

    /// MediaLive as a person reaches it.
    #[must_use]
    pub fn person(&self) -> MediaLive {
        MediaLive::new(self.person_sdk().config().to_builder())
    }

    /// The same by the SDK.
    #[must_use]
    pub fn person_sdk(&self) -> aws_sdk_medialive::Client {
        let direct = Direct(self.services.router.clone());
        clients::medialive(&SharedHttpConnector::new(direct), "person")
    }

    /// Waits until no invocation is under way that could still do anything, but for the sweep.
    pub async fn settle(&self) {
        // More than any request can take with all its retries.
        let settled = timeout(Duration::from_secs(4 * 3600), self.under_way.wait()).await;
        assert!(settled.is_ok(), "something goes on for ever");
    }

    /// What the functions called so far.
    #[must_use]
    pub fn journal(&self) -> Vec<Call> {
        self.services.state().journal.calls.clone()
    }

    /// The calls to this operation.
    #[must_use]
    pub fn calls_to(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.journal();
        calls.retain(|call| call.operation == operation);
        calls
    }

    /// What the functions called of MediaLive.
    #[must_use]
    pub fn to_medialive(&self) -> Vec<Call> {
        let mut calls = self.journal();
        calls.retain(|call| !matches!(call.operation, PUT_EVENTS | REPLY));
        calls
    }

    /// What is wrong with replies, or with their absence, once all is settled.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let journal = &self.services.state().journal;
        journal.wrong.iter().cloned().chain(journal.silences()).collect()
    }
}

//! What is around the functions on AWS, in one process and in virtual time: Lambda's asynchronous invocations, EventBridge,
//! CloudFormation with one stack of a loop, a person, and one trap for something to go wrong at any call.
//!
//! Decides nothing about what is right; the record of calls and replies ([`Cloud::check`]) holds only what is wrong with
//! any reply by itself.

mod bootstrap;
mod journal;
mod lambda;
mod line;
mod stack;
mod trap;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::Router;
use jiff::Timestamp;
use lilo_local_cloud::eventbridge::DEFAULT_BUS;
use lilo_medialive::MediaLive;
use lilo_medialive_emulator::{Config, Emulator};
use lilo_runtime::Clock;
use serde_json::Value;
use tokio::runtime::Builder;
use tokio::sync::{Notify, mpsc};
use tokio::task::LocalSet;
use tokio::time::{Instant, interval, timeout};
use tokio_util::task::TaskTracker;

use crate::world::EPOCH;
use crate::{Function, Wire, aws, samples};
pub use bootstrap::{ACCOUNT, REGION, bootstrap, sweep_period};
pub(crate) use bootstrap::{limits, targets, targets_of_entries};
use journal::Journal;
pub use journal::{ANOTHER_ANSWER, Call, PANICKED, REPLY};
pub(crate) use lambda::Lambda;
pub use stack::{ANOTHER, Loop, Stack, Status};
use trap::Trap;
pub use trap::{TROUBLES, Target, Trouble};

/// How a request of CloudFormation's reaches its function.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivery {
    /// How long Lambda takes to deliver it.
    pub late: Duration,
    /// When it is delivered once more, after the first time.
    pub again: Option<Duration>,
}

/// A cloud; clones are the same one.
#[derive(Clone, Debug)]
pub struct Cloud {
    shared: Arc<Shared>,
    /// The time of everything: it passes with tokio's.
    clock: Clock,
    /// Invocations that have not ended, and those that Lambda will try again.
    under_way: TaskTracker,
}

impl Deref for Cloud {
    type Target = Emulator;

    fn deref(&self) -> &Emulator {
        &self.shared.emulator
    }
}

#[derive(Debug)]
struct Shared {
    emulator: Emulator,
    router: Router,
    journal: Mutex<Journal>,
    trap: Mutex<Option<Trap>>,
    /// Requests by logical id and RequestType that are not delivered at once and once.
    deliveries: Mutex<BTreeMap<(Function, &'static str), Delivery>>,
    delete_the_stack: Notify,
    /// How long MediaLive's events take to reach the starter.
    event_delay: Mutex<Duration>,
    handed_on: mpsc::UnboundedSender<(Lambda, Value)>,
}

impl Shared {
    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().expect("no panic")
    }

    fn trap(&self) -> MutexGuard<'_, Option<Trap>> {
        self.trap.lock().expect("no panic")
    }

    /// Hands the entries of PutEvents to the functions that LILO's rules name.
    fn put_events(&self, request: &Value) {
        for target in targets_of_entries(request) {
            self.handed_on.send(target).expect("the cloud is there");
        }
    }
}

impl Cloud {
    /// Runs `scenario` in a cloud of its own, to its end, in no time.
    ///
    /// # Panics
    /// When the scenario does.
    pub fn run<T>(scenario: impl AsyncFnOnce(Cloud) -> T) -> T {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime without threads or sockets");
        // The same jitter every time: a case is named by the number of a call.
        fastrand::seed(1);
        LocalSet::new().block_on(&runtime, async {
            let epoch: Timestamp = EPOCH.parse().expect("a time");
            let config = Config { region: REGION.into(), epoch: Some(epoch), ..Config::default() };
            let emulator = Emulator::new(config);
            let begun = Instant::now();
            let clock = Clock::new(move || SystemTime::from(epoch + begun.elapsed()));
            let (handed_on, mut arriving) = mpsc::unbounded_channel();
            let shared = Shared {
                router: emulator.router(),
                emulator,
                journal: Mutex::default(),
                trap: Mutex::default(),
                deliveries: Mutex::default(),
                delete_the_stack: Notify::new(),
                event_delay: Mutex::default(),
                handed_on,
            };
            let cloud = Self { shared: Arc::new(shared), clock, under_way: TaskTracker::new() };
            cloud.under_way.close();
            let mut events = cloud.subscribe();
            let bus = async {
                let mut sweep = interval(sweep_period());
                sweep.tick().await;
                loop {
                    tokio::select! {
                        Ok(event) = events.recv() => {
                            let event = serde_json::to_value(&event).expect("JSON");
                            let delay = *cloud.shared.event_delay.lock().expect("no panic");
                            for (lambda, payload) in targets(DEFAULT_BUS, &event) {
                                cloud.invoke(lambda, payload, delay);
                            }
                        }
                        Some((lambda, payload)) = arriving.recv() => {
                            cloud.invoke(lambda, payload, Duration::ZERO);
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

    /// Has the `times` calls from `target` on meet `trouble`; calls count from now on.
    pub fn set_trap(&self, target: Target, trouble: Trouble, times: usize) {
        *self.shared.trap() = Some(Trap::new(target, trouble, times));
    }

    /// Takes the trap away; true if its call was made.
    #[must_use]
    pub fn take_trap(&self) -> bool {
        self.shared.trap().take().is_some_and(|trap| trap.is_sprung())
    }

    /// Requests of this type to this resource reach their function like this.
    pub fn deliver(&self, function: Function, request_type: &'static str, delivery: Delivery) {
        let mut deliveries = self.shared.deliveries.lock().expect("no panic");
        deliveries.insert((function, request_type), delivery);
    }

    /// MediaLive's events reach the starter this late from now on.
    pub fn delay_events(&self, delay: Duration) {
        *self.shared.event_delay.lock().expect("no panic") = delay;
    }

    /// MediaLive as a person reaches it.
    #[must_use]
    pub fn person(&self) -> MediaLive {
        MediaLive::new(self.person_sdk())
    }

    /// The same by the SDK.
    #[must_use]
    pub fn person_sdk(&self) -> aws_sdk_medialive::Client {
        let wire = Wire::new(self.shared.router.clone());
        aws::medialive(&SharedHttpConnector::new(wire), "person")
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
        self.shared.journal().calls.clone()
    }

    /// What is wrong with replies, or with their absence, once all is settled.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let journal = self.shared.journal();
        journal.wrong.iter().cloned().chain(journal.silences()).collect()
    }
}

//! The state that operations and background tasks share, per region of an account and in common.

pub(crate) mod calls;
pub(crate) mod clock;
pub(crate) mod engine;
pub(crate) mod events;
pub(crate) mod newest;
pub(crate) mod regions;
pub(crate) mod responses;
pub(crate) mod store;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::faults::Faults;
use crate::faults::fault::EventFault;
use crate::model::alert::AlertType;
use crate::model::channel::Channel;
use crate::model::states::ReportedState;
use crate::pace::StateDuration;
use crate::service::calls::Calls;
use crate::service::clock::Clock;
use crate::service::engine::Engine;
use crate::service::events::{Event, Events, whole_seconds};
use crate::service::responses::Responses;
use crate::service::store::Store;
use crate::throttle::Bucket;

/// The control plane behind the API, in one region of one account.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its region and account are the service's own.
    pub(crate) config: Config,
    pub(crate) shared: Arc<Shared>,
    /// The rate limit; `None` has no limit.
    pub(crate) bucket: Option<Bucket>,
    store: Mutex<Store>,
}

/// What all regions and accounts of an emulator have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    pub(crate) calls: Calls,
    pub(crate) faults: Faults,
    pub(crate) responses: Responses,
    /// The encoder; `None` emulates only states and events.
    pub(crate) engine: Option<Arc<dyn Engine>>,
    /// Cancelled when the emulator shuts down.
    pub(crate) closing: CancellationToken,
    /// The background tasks.
    pub(crate) tasks: TaskTracker,
    /// The next resource's id. No two resources have the same, wherever they are.
    next_id: Arc<AtomicU64>,
}

impl Shared {
    fn new(config: &Config, engine: Option<Arc<dyn Engine>>) -> Self {
        Self {
            clock: Clock::new(config.epoch),
            events: Events::new(),
            calls: Calls::default(),
            faults: Faults::default(),
            responses: Responses::default(),
            engine,
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            next_id: Arc::new(AtomicU64::new(config.first_id)),
        }
    }

    /// Cancels the background tasks and waits until they have ended.
    pub(crate) async fn shutdown(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Service {
    fn new(config: Config, shared: Arc<Shared>) -> Self {
        Self {
            bucket: config.choices.throttle.map(Bucket::new),
            store: Mutex::new(Store::new(Arc::clone(&shared.next_id))),
            shared,
            config,
        }
    }

    /// Locks the store for one atomic step. Never held across an await.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `then` at the end of a state, unless the emulator shuts down first.
    pub(crate) fn after(
        self: &Arc<Self>,
        duration: StateDuration,
        then: impl FnOnce(&Arc<Self>, &mut Store) + Send + 'static,
    ) {
        self.once(duration.elapsed(), then);
    }

    /// Runs `then` after `condition`, unless the emulator shuts down first.
    pub(crate) fn once(
        self: &Arc<Self>,
        condition: impl Future<Output = ()> + Send + 'static,
        then: impl FnOnce(&Arc<Self>, &mut Store) + Send + 'static,
    ) {
        let service = Arc::clone(self);
        self.shared.tasks.spawn(async move {
            if service.shared.closing.run_until_cancelled(condition).await.is_some() {
                then(&service, &mut service.store());
            }
        });
    }

    /// Sends an event about a channel or one of its pipelines. The caller holds the store's lock,
    /// which keeps events in the order of states.
    pub(crate) fn send_state_event(
        &self,
        channel: &Channel,
        state: ReportedState,
        pipeline: Option<usize>,
    ) {
        let Shared { clock, events, faults, .. } = &*self.shared;
        let stamp = (&self.config, clock.now());
        let event = Event::of_state(state, pipeline, channel, stamp);
        match faults.for_event(state) {
            Some(EventFault::Lost) => return,
            Some(EventFault::Repeated) => events.send(event.clone()),
            None => {}
        }
        events.send(event);
    }

    /// Sets a pipeline's alert, and sends the event unless it was set; `detail` is for its message.
    pub(crate) fn set_alert(
        &self,
        channel: &mut Channel,
        pipeline: usize,
        alert_type: AlertType,
        detail: &str,
    ) {
        let now = self.shared.clock.now();
        let alert = channel.alerts.set((alert_type, detail), pipeline, whole_seconds(now));
        if let Some(alert) = alert {
            self.shared.events.send(Event::of_alert(alert, channel, (&self.config, now)));
        }
    }

    /// Clears a pipeline's alert, and sends the event if it was set.
    pub(crate) fn clear_alert(
        &self,
        channel: &mut Channel,
        pipeline: usize,
        alert_type: AlertType,
    ) {
        let now = self.shared.clock.now();
        if let Some(alert) = channel.alerts.clear(alert_type, pipeline, whole_seconds(now)) {
            self.shared.events.send(Event::of_alert(alert, channel, (&self.config, now)));
        }
    }
}

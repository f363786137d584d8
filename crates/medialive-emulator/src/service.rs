//! What every operation and every task shares: the store, who is told, and the tasks that time
//! drives.

pub(crate) mod calls;
pub(crate) mod clock;
pub(crate) mod engine;
pub(crate) mod events;
pub(crate) mod responses;
pub(crate) mod store;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::faults::Faults;
use crate::faults::fault::EventFault;
use crate::model::alert::{AlertState, AlertType};
use crate::model::channel::Channel;
use crate::model::states::ReportedState;
use crate::pace::Lasts;
use crate::service::calls::Calls;
use crate::service::clock::Clock;
use crate::service::engine::Engine;
use crate::service::events::{Event, Events, whole_seconds};
use crate::service::responses::Responses;
use crate::service::store::Store;
use crate::throttle::Bucket;

/// The control plane behind the API.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    pub(crate) calls: Calls,
    pub(crate) faults: Faults,
    /// `None` answers every request.
    pub(crate) bucket: Option<Bucket>,
    pub(crate) responses: Responses,
    /// What plays; `None` is states and events only.
    pub(crate) engine: Option<Arc<dyn Engine>>,
    /// Cancelled when the emulator shuts down.
    pub(crate) closing: CancellationToken,
    /// Everything that runs in the background.
    pub(crate) tasks: TaskTracker,
    store: Mutex<Store>,
}

impl Service {
    pub(crate) fn new(config: Config, engine: Option<Arc<dyn Engine>>) -> Self {
        Self {
            clock: Clock::new(config.epoch),
            events: Events::new(),
            calls: Calls::default(),
            faults: Faults::default(),
            bucket: config.choices.throttle.map(Bucket::new),
            responses: Responses::default(),
            engine,
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            store: Mutex::new(Store::new(config.first_id)),
            config,
        }
    }

    /// The store, for one step that others see as a whole. Never held across an await.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `then` when a state has lasted its time, unless the emulator shuts down first.
    pub(crate) fn after(
        self: &Arc<Self>,
        lasts: Lasts,
        then: impl FnOnce(&Arc<Self>, &mut Store) + Send + 'static,
    ) {
        self.once(lasts.over(), then);
    }

    /// Does `then` when `condition` is over, unless the emulator shuts down first.
    pub(crate) fn once(
        self: &Arc<Self>,
        condition: impl Future<Output = ()> + Send + 'static,
        then: impl FnOnce(&Arc<Self>, &mut Store) + Send + 'static,
    ) {
        let service = Arc::clone(self);
        self.tasks.spawn(async move {
            if service.closing.run_until_cancelled(condition).await.is_some() {
                then(&service, &mut service.store());
            }
        });
    }

    /// Ends everything in the background, and returns when nothing is left of it.
    pub(crate) async fn shutdown(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Tells what became of a channel or of one of its pipelines. The caller holds the store, so
    /// that events come in the order of the states.
    pub(crate) fn tell(&self, channel: &Channel, state: ReportedState, pipeline: Option<usize>) {
        let stamp = (&self.config, self.clock.now());
        let event = Event::of_state(state, pipeline, channel, stamp);
        match self.faults.at_event(state) {
            Some(EventFault::Lost) => return,
            Some(EventFault::Repeated) => self.events.tell(event.clone()),
            None => {}
        }
        self.events.tell(event);
    }

    /// Sets or clears an alert of a pipeline, and tells it unless nothing changes.
    pub(crate) fn alert(
        &self,
        channel: &mut Channel,
        pipeline: usize,
        alert_type: AlertType,
        state: AlertState,
    ) {
        let now = self.clock.now();
        let alert = match state {
            AlertState::Set => channel.alerts.set(alert_type, pipeline, whole_seconds(now)),
            AlertState::Cleared => channel.alerts.clear(alert_type, pipeline, whole_seconds(now)),
        };
        if let Some(alert) = alert {
            self.events.tell(Event::of_alert(alert, channel, (&self.config, now)));
        }
    }
}

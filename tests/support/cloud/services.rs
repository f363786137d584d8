//! What all clones of a cloud share: MediaLive, the record of calls, and what is to go wrong.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use lilo_medialive_emulator::Emulator;
use serde_json::Value;
use tokio::sync::Notify;

use super::journal::Journal;
use super::lambda::Lambda;
use crate::Function;
use crate::fault::Armed;

/// How late a request is delivered, and how long after that once more.
type Delivery = (Duration, Option<Duration>);

#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) emulator: Emulator,
    pub(super) router: Router,
    journal: Mutex<Journal>,
    faults: Mutex<Vec<Armed>>,
    deliveries: Mutex<BTreeMap<(Function, &'static str), Delivery>>,
    /// How long a call to MediaLive takes, half of it before it has its effect.
    pub(super) call_delay: Mutex<Duration>,
    /// How long MediaLive's events take to reach the starter.
    pub(super) event_delay: Mutex<Duration>,
    pub(super) delete_the_stack: Notify,
    handed_on: Mutex<Vec<(Lambda, Value)>>,
    /// Told when something is handed on.
    pub(super) arrived: Notify,
}

impl Services {
    pub(super) fn new(emulator: Emulator) -> Self {
        Self {
            router: emulator.router(),
            emulator,
            journal: Mutex::default(),
            faults: Mutex::default(),
            deliveries: Mutex::default(),
            call_delay: Mutex::default(),
            event_delay: Mutex::default(),
            delete_the_stack: Notify::new(),
            handed_on: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    pub(super) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().expect("no panic")
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.faults.lock().expect("no panic")
    }

    pub(crate) fn deliveries(
        &self,
    ) -> MutexGuard<'_, BTreeMap<(Function, &'static str), Delivery>> {
        self.deliveries.lock().expect("no panic")
    }

    pub(super) fn hand_on(&self, targets: Vec<(Lambda, Value)>) {
        self.handed_on.lock().expect("no panic").extend(targets);
        self.arrived.notify_one();
    }

    /// What was handed on to another invocation, and not taken yet.
    pub(super) fn take_handed_on(&self) -> Vec<(Lambda, Value)> {
        std::mem::take(&mut *self.handed_on.lock().expect("no panic"))
    }
}

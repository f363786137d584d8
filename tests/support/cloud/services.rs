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

#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) emulator: Emulator,
    pub(super) router: Router,
    state: Mutex<State>,
    pub(super) delete_the_stack: Notify,
    /// Told when something is handed on.
    pub(super) arrived: Notify,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) journal: Journal,
    pub(crate) faults: Vec<Armed>,
    /// Requests that are not delivered at once and once: how late, and how long after that again.
    pub(crate) deliveries: BTreeMap<(Function, &'static str), (Duration, Option<Duration>)>,
    /// How long a call to MediaLive takes, half of it before it has its effect.
    pub(super) call_delay: Duration,
    /// At most so many items on a page of a list, whatever the call asks for.
    pub(super) page: Option<u32>,
    /// How long MediaLive's events take to reach the starter.
    pub(super) event_delay: Duration,
    handed_on: Vec<(Lambda, Value)>,
}

impl Services {
    pub(super) fn new(emulator: Emulator) -> Self {
        let (state, delete_the_stack, arrived) = Default::default();
        Self { router: emulator.router(), emulator, state, delete_the_stack, arrived }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    pub(super) fn hand_on(&self, targets: Vec<(Lambda, Value)>) {
        self.state().handed_on.extend(targets);
        self.arrived.notify_one();
    }

    /// What was handed on to another invocation, and not taken yet.
    pub(super) fn take_handed_on(&self) -> Vec<(Lambda, Value)> {
        std::mem::take(&mut self.state().handed_on)
    }
}

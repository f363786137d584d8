//! The record of what a Create has made.

use std::cell::{Cell, OnceCell};

use jiff::Timestamp;
use lilo_custom_resource::Request;
use lilo_lifecycle::PhysicalId;

use crate::Error;

/// What a Create has made, recorded as soon as it is known: the reply carries it whatever happens afterwards, so that the
/// rollback's Delete finds it.
#[derive(Debug)]
pub struct Creation {
    requested_at: Timestamp,
    id: OnceCell<String>,
    attempt: Cell<Attempt>,
}

#[derive(Clone, Copy, Debug)]
enum Attempt {
    None,
    OutcomeUnknown,
    Refused,
}

impl Creation {
    pub(crate) fn new(request: &Request) -> Self {
        // A request that was handed on has called MediaLive before.
        let attempt = if request.hop > 0 { Attempt::OutcomeUnknown } else { Attempt::None };
        let id = request.made.clone().map(OnceCell::from).unwrap_or_default();
        Self { requested_at: request.requested_at, id, attempt: Cell::new(attempt) }
    }

    /// Records that from now on something may be made that nobody learns of.
    pub(crate) fn begins(&self) {
        self.attempt.set(Attempt::OutcomeUnknown);
    }

    /// Records how the attempt failed.
    pub(crate) fn failed(&self, error: &Error) {
        if error.is_refusal() {
            self.attempt.set(Attempt::Refused);
        }
    }

    /// Records the id. The first one stays: an id never changes by accident.
    pub fn made(&self, id: &str) {
        self.id.get_or_init(|| id.to_owned());
        tracing::Span::current().record("physical_id", id);
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.id.get().map(String::as_str)
    }

    pub(crate) fn physical_id(&self) -> PhysicalId<'_> {
        match (self.id(), self.attempt.get()) {
            (Some(id), _) => PhysicalId::Made(id),
            (None, Attempt::None) => PhysicalId::Nothing,
            (None, Attempt::OutcomeUnknown) => PhysicalId::Perhaps(self.requested_at),
            (None, Attempt::Refused) => PhysicalId::Refused(self.requested_at),
        }
    }
}

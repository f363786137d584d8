//! The record of what a Create has made.

use std::cell::RefCell;

use lilo_custom_resource::Request;
use lilo_lifecycle::PhysicalId;

use crate::Error;

/// What a Create has made, recorded as soon as it is known: the reply carries it whatever happens
/// afterwards, so that the rollback's Delete finds it.
#[derive(Debug)]
pub struct Creation(RefCell<State>);

#[derive(Debug)]
enum State {
    NotBegun,
    /// From now on something may be made that nobody learns of.
    OutcomeUnknown,
    Refused,
    Made(String),
}

impl Creation {
    pub(crate) fn new(request: &Request) -> Self {
        Self(RefCell::new(match &request.made {
            Some(id) => State::Made(id.clone()),
            // A request that was handed on has called MediaLive before.
            None if request.hop > 0 => State::OutcomeUnknown,
            None => State::NotBegun,
        }))
    }

    pub(crate) fn begins(&self) {
        self.0.replace(State::OutcomeUnknown);
    }

    pub(crate) fn failed(&self, error: &Error) {
        if error.is_refusal() {
            self.0.replace(State::Refused);
        }
    }

    /// Records the id.
    pub fn made(&self, id: &str) {
        self.0.replace(State::Made(id.to_owned()));
        tracing::Span::current().record("physical_id", id);
    }

    pub(crate) fn id(&self) -> Option<String> {
        match &*self.0.borrow() {
            State::Made(id) => Some(id.clone()),
            State::NotBegun | State::OutcomeUnknown | State::Refused => None,
        }
    }

    /// The physical id to reply with.
    pub(crate) fn physical_id(&self, request: &Request) -> String {
        let id = match &*self.0.borrow() {
            State::Made(id) => return id.clone(),
            State::NotBegun => PhysicalId::Nothing,
            State::OutcomeUnknown => PhysicalId::Perhaps(request.requested_at),
            State::Refused => PhysicalId::Refused(request.requested_at),
        };
        id.to_string()
    }
}

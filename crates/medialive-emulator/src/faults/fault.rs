//! What can be made to go wrong on purpose: a fault, its wording as JSON, and whether it makes
//! sense.
//!
//! Decides what a fault means and when it is due, by counting. Does not carry it out: the router
//! and the states do.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::{STATUSES, usual_type};
use crate::model::states::ReportedState;

mod read;

/// What goes wrong, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Calls of one operation go wrong.
    Call {
        /// The operation's name in the API: `CreateChannel`.
        operation: String,
        /// The access key id of those whose calls are meant and counted; `None` is everybody.
        role: Option<String>,
        /// Which of the calls.
        turns: Turns,
        /// What happens to them.
        fault: CallFault,
    },
    /// Events about the states of channels go wrong.
    Event {
        /// The state that an event has to tell of; `None` is any.
        state: Option<ReportedState>,
        /// Which of the events.
        turns: Turns,
        /// What happens to them.
        fault: EventFault,
    },
}

/// Which ones of what a fault counts, from the moment it is injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turns {
    /// The first that goes wrong; 1 is the next one.
    pub first: u32,
    /// How many in a row.
    pub times: u32,
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFault {
    /// It is answered with an error and has no effect.
    Status {
        /// One of the statuses in the API's model: 400, 403, 404, 409, 422, 429, 500, 502 or 504.
        status: u16,
        /// The error type; by default the model's for this status.
        code: Option<String>,
        /// The message; by default one that tells of the fault.
        message: Option<String>,
    },
    /// It is carried out and answered after this time, whether or not somebody still waits.
    Stall(Duration),
    /// The connection is closed without an answer, and the call has no effect.
    CutBefore,
    /// The call has its effect, and the connection is closed without an answer.
    CutAfter,
    /// It is answered as usual, and the state it leads to lasts this long; `None` is for ever.
    Stuck(Option<Duration>),
    /// It is answered as usual, and what it begins comes to nothing: the channel is CREATE_FAILED
    /// or UPDATE_FAILED.
    Failed,
}

/// What happens to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventFault {
    /// Nobody hears of it.
    Lost,
    /// Everybody hears of it twice.
    Repeated,
}

/// A fault that cannot happen as it is described.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFault(pub(crate) String);

impl Turns {
    /// The next one, once.
    pub const NEXT: Self = Self { first: 1, times: 1 };

    /// Counts one more; true when it is to go wrong, unless another fault has `taken` it already. A
    /// fault whose turn was taken has the one after.
    pub(crate) fn count(&mut self, taken: bool) -> bool {
        if self.first > 1 {
            self.first -= 1;
            return false;
        }
        let due = !taken;
        self.times -= u32::from(due);
        due
    }
}

impl Fault {
    /// The next call of an operation goes wrong, whoever makes it.
    #[must_use]
    pub fn call(operation: &str, fault: CallFault) -> Self {
        Self::Call { operation: operation.to_owned(), role: None, turns: Turns::NEXT, fault }
    }

    /// The next event that tells of a state goes wrong.
    #[must_use]
    pub fn event(state: ReportedState, fault: EventFault) -> Self {
        Self::Event { state: Some(state), turns: Turns::NEXT, fault }
    }

    pub(crate) fn turns(&self) -> Turns {
        match self {
            Self::Call { turns, .. } | Self::Event { turns, .. } => *turns,
        }
    }

    pub(crate) fn turns_mut(&mut self) -> &mut Turns {
        match self {
            Self::Call { turns, .. } | Self::Event { turns, .. } => turns,
        }
    }

    /// Whether it makes sense by itself.
    pub(crate) fn check(&self) -> Result<(), InvalidFault> {
        let Turns { first, times } = self.turns();
        let status = match self {
            Self::Call { fault: CallFault::Status { status, .. }, .. } => Some(*status),
            Self::Call { .. } | Self::Event { .. } => None,
        };
        match status.filter(|status| usual_type(*status).is_none()) {
            _ if first == 0 || times == 0 => {
                Err(InvalidFault("first and times count from 1".to_owned()))
            }
            Some(status) => {
                let known = STATUSES.map(|(status, _)| status.to_string()).join(", ");
                Err(InvalidFault(format!("status: {status} is none of {known}")))
            }
            None => Ok(()),
        }
    }

    /// The fault as JSON: what reading it again understands.
    pub(crate) fn describe(&self) -> Value {
        let mut shown = Map::from_iter([("fault".to_owned(), json!(self.name()))]);
        let mut show = |name: &str, value: Value| {
            if !value.is_null() {
                shown.insert(name.to_owned(), value);
            }
        };
        match self {
            Self::Call { operation, role, fault, .. } => {
                show("operation", json!(operation));
                show("role", json!(role));
                match fault {
                    CallFault::Status { status, code, message } => {
                        show("status", json!(status));
                        show("code", json!(code));
                        show("message", json!(message));
                    }
                    CallFault::Stall(time) => show("seconds", json!(time.as_secs_f64())),
                    CallFault::Stuck(time) => {
                        show("seconds", json!(time.map(|it| it.as_secs_f64())));
                    }
                    CallFault::CutBefore | CallFault::CutAfter | CallFault::Failed => {}
                }
            }
            Self::Event { state, .. } => show("state", json!(state)),
        }
        show("first", json!(self.turns().first));
        show("times", json!(self.turns().times));
        Value::Object(shown)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Call { fault, .. } => fault.name(),
            Self::Event { fault: EventFault::Lost, .. } => "lost-event",
            Self::Event { fault: EventFault::Repeated, .. } => "repeated-event",
        }
    }
}

impl CallFault {
    /// An error with the model's error type for its status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status { status, code: None, message: None }
    }

    /// The name it has in JSON and in the record of calls.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Stall(_) => "stall",
            Self::CutBefore => "cut-before",
            Self::CutAfter => "cut-after",
            Self::Stuck(_) => "stuck",
            Self::Failed => "failed",
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.describe().serialize(serializer)
    }
}

#[cfg(test)]
mod tests;

//! A fault, its JSON form and its checks.
//!
//! Decides by counting when a fault is due. The router and the states carry it out.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::{STATUSES, usual_type};
use crate::model::states::ReportedState;

mod read;

/// An injected fault: what goes wrong, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Affects calls of one operation.
    Call {
        /// The operation's name in the API: `CreateChannel`.
        operation: String,
        /// Only calls signed with this access key id match; `None` matches all.
        role: Option<String>,
        /// Which of the matching calls.
        turns: Turns,
        /// The effect.
        fault: CallFault,
    },
    /// Affects events about channel states.
    Event {
        /// Only events about this state match; `None` matches all.
        state: Option<ReportedState>,
        /// Which of the matching events.
        turns: Turns,
        /// The effect.
        fault: EventFault,
    },
}

/// Which matches a fault affects, counted from its injection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turns {
    /// The first affected match; 1 is the next one.
    pub first: u32,
    /// How many in a row.
    pub times: u32,
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFault {
    /// The answer is an error, and the call has no effect.
    Status {
        /// One of the statuses in the API's model: 400, 403, 404, 409, 422, 429, 500, 502 or 504.
        status: u16,
        /// The error type; by default the model's for the status.
        code: Option<String>,
        /// The message; by default one that names the fault.
        message: Option<String>,
    },
    /// The call is carried out and answered after this time, even if the caller has gone.
    Stall(Duration),
    /// The connection closes without an answer, and the call has no effect.
    CutBefore,
    /// The call has its effect, and the connection closes without an answer.
    CutAfter,
    /// The answer is as usual, but the transitional state lasts this long; `None` is for ever.
    Stuck(Option<Duration>),
    /// The answer is as usual, but the operation fails: the channel becomes CREATE_FAILED or
    /// UPDATE_FAILED.
    Failed,
}

/// What happens to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventFault {
    /// It is not sent.
    Lost,
    /// It is sent twice.
    Repeated,
}

/// Why a fault cannot happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFault(pub(crate) String);

impl Turns {
    /// The next match, once.
    pub const NEXT: Self = Self { first: 1, times: 1 };

    /// Counts one match; returns whether the fault is due. If another fault has `taken` the match,
    /// this one takes the next.
    pub fn count(&mut self, taken: bool) -> bool {
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
    /// Affects the next call of an operation, by any caller.
    #[must_use]
    pub fn call(operation: &str, fault: CallFault) -> Self {
        Self::Call { operation: operation.to_owned(), role: None, turns: Turns::NEXT, fault }
    }

    /// Affects the next event about a state.
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

    /// Checks everything except the operation.
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
                Err(InvalidFault(format!("status: {status} is not one of {known}")))
            }
            None => Ok(()),
        }
    }

    /// The fault as JSON, in the form that `read` parses.
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

    /// Its name in JSON and in the record of calls.
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

//! Parses a fault from JSON. Unknown or meaningless members are refused.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{CallFault, EventFault, Fault, InvalidFault, Turns};

/// The members not parsed yet.
struct Members(Map<String, Value>);

impl Fault {
    /// Parses and checks a JSON document.
    pub(crate) fn read(document: &[u8]) -> Result<Self, InvalidFault> {
        let members = serde_json::from_slice(document);
        let mut members =
            Members(members.map_err(|error| InvalidFault(format!("not a JSON object: {error}")))?);
        let kind = members.need::<String>("fault")?;
        let turns = Turns {
            first: members.take("first")?.unwrap_or(1),
            times: members.take("times")?.unwrap_or(1),
        };
        let fault = if let Some(fault) = event_fault(&kind) {
            Self::Event { state: members.take("state")?, turns, fault }
        } else {
            Self::Call {
                fault: call_fault(&kind, &mut members)?,
                operation: members.need("operation")?,
                role: members.take("role")?,
                turns,
            }
        };
        members.end(&kind)?;
        fault.check().map(|()| fault)
    }
}

fn event_fault(kind: &str) -> Option<EventFault> {
    match kind {
        "lost-event" => Some(EventFault::Lost),
        "repeated-event" => Some(EventFault::Repeated),
        _ => None,
    }
}

fn call_fault(kind: &str, members: &mut Members) -> Result<CallFault, InvalidFault> {
    Ok(match kind {
        "status" => CallFault::Status {
            status: members.need("status")?,
            code: members.take("code")?,
            message: members.take("message")?,
        },
        "stall" => {
            let missing = || InvalidFault("seconds: missing".to_owned());
            CallFault::Stall(members.seconds()?.ok_or_else(missing)?)
        }
        "cut-before" => CallFault::CutBefore,
        "cut-after" => CallFault::CutAfter,
        "stuck" => CallFault::Stuck(members.seconds()?),
        "failed" => CallFault::Failed,
        other => {
            return Err(InvalidFault(format!(
                "fault: {other} is not one of status, stall, cut-before, cut-after, stuck, failed, lost-event, repeated-event"
            )));
        }
    })
}

impl Members {
    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, InvalidFault> {
        let value = self.0.remove(name).map(serde_json::from_value).transpose();
        value.map_err(|error| InvalidFault(format!("{name}: {error}")))
    }

    fn need<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, InvalidFault> {
        self.take(name)?.ok_or_else(|| InvalidFault(format!("{name}: missing")))
    }

    fn seconds(&mut self) -> Result<Option<Duration>, InvalidFault> {
        let time = self.take("seconds")?.map(Duration::try_from_secs_f64).transpose();
        time.map_err(|error| InvalidFault(format!("seconds: {error}")))
    }

    fn end(self, kind: &str) -> Result<(), InvalidFault> {
        match self.0.keys().next() {
            Some(name) => Err(InvalidFault(format!("{name}: not allowed for {kind}"))),
            None => Ok(()),
        }
    }
}

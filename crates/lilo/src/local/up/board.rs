//! Keeps what happens in a local loop, for the page.
//!
//! It knows what the functions' logs and calls mean, not how a page looks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lilo_local_cloud::cloudformation::StackEvent;
use lilo_local_cloud::eventbridge::Delivery;
use lilo_local_cloud::lambda::{LogLine, LogSource};
use lilo_medialive_emulator::{AlertState, Call, Subject};
use lilo_page as page;
use serde_json::Value;

use crate::local::Delivered;

/// So many entries of each list are on the page.
const SHOWN: usize = 200;

/// The record of one run. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Arc<Mutex<Record>>);

#[derive(Debug, Default)]
pub(super) struct Record {
    events: Vec<SentEvent>,
    stack_events: Vec<page::StackEvent>,
    calls: Vec<(Option<String>, page::Call)>,
    /// By the invocation that made them.
    decisions: BTreeMap<String, Vec<page::Decision>>,
    /// The alerts that are set, by id, with their channels.
    alerts: BTreeMap<String, (String, page::Alert)>,
}

/// An event, and where it went.
#[derive(Debug)]
struct SentEvent {
    event: Value,
    name: String,
    sent_again: bool,
    deliveries: Vec<Delivery>,
}

impl Board {
    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an event of the stack.
    pub(crate) fn stack_event(&self, event: &StackEvent) {
        let mut record = self.record();
        let id = &event.physical_resource_id;
        let detail = event.resource_status_reason.clone().unwrap_or_else(|| id.clone());
        let event = page::StackEvent {
            key: record.stack_events.len().to_string(),
            time: event.timestamp,
            resource: event.logical_resource_id.clone(),
            status: event.resource_status.to_string(),
            detail,
        };
        record.stack_events.push(event);
    }

    /// Keeps an event of MediaLive, and where EventBridge sent it.
    pub(crate) fn medialive_event(&self, Delivered { event, deliveries }: &Delivered) {
        let mut record = self.record();
        let channel = channel_of(&event.detail.channel_arn);
        let name = match &event.detail.subject {
            Subject::State { state, .. } => text(state),
            Subject::Alert { alarm_state, alarm_id, alert_type } => {
                match alarm_state {
                    AlertState::Set => {
                        let alert = page::Alert {
                            kind: (*alert_type).to_owned(),
                            pipeline: event.detail.pipeline.clone().unwrap_or_default(),
                            message: event.detail.message.clone(),
                        };
                        record.alerts.insert(alarm_id.clone(), (channel, alert));
                    }
                    AlertState::Cleared => {
                        record.alerts.remove(alarm_id);
                    }
                }
                text(alarm_state)
            }
        };
        let event = serde_json::to_value(event).expect("an event is JSON");
        let deliveries = deliveries.clone();
        record.events.push(SentEvent { event, name, sent_again: false, deliveries });
    }

    /// Keeps the decisions that the starter logs.
    pub(crate) fn log(&self, line: &LogLine) {
        if line.source != LogSource::Stdout {
            return;
        }
        let Ok(line) = serde_json::from_str::<Value>(&line.text) else { return };
        let Some(invocation) = line["span"]["invocation"].as_str() else { return };
        let mut record = self.record();
        let decisions = record.decisions.entry(invocation.to_owned()).or_default();
        decisions.extend(decision(&line, decisions.is_empty()));
    }

    /// The event with this number, to be sent again.
    pub(super) fn event(&self, number: usize) -> Option<Value> {
        self.record().events.get(number).map(|sent| sent.event.clone())
    }

    /// Keeps that a person sent an event again.
    pub(super) fn sent_again(&self, number: usize, deliveries: Vec<Delivery>) {
        let mut record = self.record();
        let Some(first) = record.events.get(number) else { return };
        let (event, name) = (first.event.clone(), first.name.clone());
        record.events.push(SentEvent { event, name, sent_again: true, deliveries });
    }
}

impl Record {
    pub(super) fn known_calls(&self) -> usize {
        self.calls.len()
    }

    pub(super) fn add_calls(&mut self, calls: Vec<Call>) {
        for call in calls {
            let number = self.calls.len();
            let shown = page::Call {
                number,
                time: call.time,
                operation: call.operation,
                resource: call.resource.unwrap_or_default(),
                caller: call.role.unwrap_or_else(|| "a person".to_owned()),
                status: call.status,
            };
            self.calls.push((call.invocation, shown));
        }
    }

    pub(super) fn alerts_of(&self, channel: &str) -> Vec<page::Alert> {
        let alerts = self.alerts.values().filter(|(of, _)| of == channel);
        alerts.map(|(_, alert)| alert.clone()).collect()
    }

    pub(super) fn stack_events(&self) -> Vec<page::StackEvent> {
        newest(&self.stack_events).to_vec()
    }

    pub(super) fn calls(&self) -> Vec<page::Call> {
        newest(&self.calls).iter().map(|(_, call)| call.clone()).collect()
    }

    pub(super) fn events(&self) -> Vec<page::Event> {
        let first = self.events.len().saturating_sub(SHOWN);
        let numbered = newest(&self.events).iter().enumerate();
        numbered.map(|(index, event)| self.event(first + index, event)).collect()
    }

    fn event(&self, number: usize, sent: &SentEvent) -> page::Event {
        let detail = &sent.event["detail"];
        let time = sent.event["time"].as_str().and_then(|time| time.parse().ok());
        page::Event {
            number,
            time: time.unwrap_or_default(),
            name: sent.name.clone(),
            channel: channel_of(detail["channel_arn"].as_str().unwrap_or_default()),
            message: detail["message"].as_str().unwrap_or_default().to_owned(),
            sent_again: sent.sent_again,
            deliveries: sent.deliveries.iter().map(|it| self.delivery(it)).collect(),
        }
    }

    fn delivery(&self, delivery: &Delivery) -> page::Delivery {
        let calls = self.calls.iter();
        let calls = calls.filter(|(by, _)| by.as_ref() == Some(&delivery.invocation));
        page::Delivery {
            rule: delivery.rule.clone(),
            function: channel_of(&delivery.function),
            decisions: self.decisions.get(&delivery.invocation).cloned().unwrap_or_default(),
            calls: calls.map(|(_, call)| call.clone()).collect(),
        }
    }
}

/// The last part of an ARN.
fn channel_of(arn: &str) -> String {
    arn.rsplit(':').next().unwrap_or_default().to_owned()
}

fn newest<T>(all: &[T]) -> &[T] {
    &all[all.len().saturating_sub(SHOWN)..]
}

fn text(state: &impl serde::Serialize) -> String {
    let state = serde_json::to_value(state).expect("a state is JSON");
    state.as_str().unwrap_or_default().to_owned()
}

/// The decision that the reconcile loop logs. That it has finished is one if it is the `only` one.
fn decision(line: &Value, only: bool) -> Option<page::Decision> {
    let state = line["state"].as_str()?;
    let (what, why) = match (line["message"].as_str()?, line["action"].as_str()) {
        ("acting", Some(action)) => {
            let name = action.split('(').next().unwrap_or_default();
            (format!("{state}: {}", words_of(name)), reason_for(name))
        }
        ("finished", _) if only => {
            (format!("{state}: nothing"), "The channel's tags and state ask for nothing more.")
        }
        _ => return None,
    };
    Some(page::Decision { what, why: why.to_owned() })
}

/// The starter's actions (`lilo_lifecycle::channel::reconcile::Action`), with the rule behind each.
const ACTIONS: [(&str, &str, &str); 5] = [
    ("Start", "start it", "It is IDLE, and its tag lilo:auto-start is true."),
    ("Stop", "stop it", "It has run for as long as lilo:stop-after-hours allows."),
    (
        "MarkStarted",
        "mark it as started",
        "A channel is started once; from now on a person decides whether it runs.",
    ),
    (
        "SetRunningSince",
        "note since when it runs",
        "MediaLive does not tell, and its cost depends on it.",
    ),
    ("ClearRunningSince", "forget since when it ran", "It has stopped."),
];

fn words_of(action: &str) -> &str {
    ACTIONS.iter().find(|(name, ..)| *name == action).map_or(action, |(_, words, _)| words)
}

fn reason_for(action: &str) -> &'static str {
    ACTIONS.iter().find(|(name, ..)| *name == action).map_or("", |(_, _, reason)| reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use serde_json::json;

    fn logged(board: &Board, invocation: &str, message: &str, action: Option<&str>) {
        let span = json!({ "name": "state change", "invocation": invocation });
        let line = json!({ "message": message, "state": "IDLE", "action": action, "span": span });
        let (function, source) = ("lilo-starter".to_owned(), LogSource::Stdout);
        board.log(&LogLine { function, source, text: line.to_string() });
    }

    #[test]
    fn decisions_belong_to_the_invocation_that_made_them() {
        let board = Board::default();
        logged(&board, "a", "acting", Some("Start"));
        logged(&board, "a", "finished", None);
        logged(&board, "b", "finished", None);

        let record = board.record();
        let whats = |invocation: &str| -> Vec<_> {
            record.decisions[invocation].iter().map(|it| it.what.as_str()).collect()
        };
        assert_eq!(whats("a"), ["IDLE: start it"]);
        assert_eq!(whats("b"), ["IDLE: nothing"]);
    }

    #[test]
    fn every_action_of_the_starter_has_a_reason() {
        use lilo_lifecycle::channel::reconcile::Action;
        for action in [
            Action::Start,
            Action::Stop,
            Action::MarkStarted,
            Action::SetRunningSince(Timestamp::UNIX_EPOCH),
            Action::ClearRunningSince,
        ] {
            let logged = format!("{action:?}");
            let line = json!({ "message": "acting", "state": "IDLE", "action": logged });
            assert!(!decision(&line, true).unwrap().why.is_empty(), "{logged}");
        }
    }
}

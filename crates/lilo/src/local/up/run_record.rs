//! Keeps what happens in a local loop, for the page.
//!
//! It knows what the functions' logs and calls mean, not how a page looks.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use lilo_local_cloud::cloudformation::StackEvent;
use lilo_local_cloud::eventbridge::Delivery;
use lilo_local_cloud::lambda::{LogLine, LogSource};
use lilo_medialive_emulator::{AlertState, Call, Subject};
use lilo_page as page;
use serde_json::Value;

use crate::local::Delivered;

/// The number of entries of each list on the page.
const SHOWN: usize = 200;
/// The number of calls, and of invocations with decisions, that are kept: an event on the page may
/// have several.
const KEPT: usize = 10 * SHOWN;

/// The record of one run. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunRecord(Arc<Mutex<Lists>>);

#[derive(Debug, Default)]
pub(super) struct Lists {
    events: Newest<SentEvent>,
    stack_events: Newest<page::StackEvent>,
    /// With the invocation that made each.
    calls: Newest<(Option<String>, page::Call)>,
    /// With the invocation that made them.
    decisions: Newest<(String, Vec<page::Decision>)>,
    /// The alerts that are set, by id, with their channels.
    alerts: BTreeMap<String, (String, page::Alert)>,
}

/// The newest entries of a list. Each keeps its number, which counts from 0.
#[derive(Debug)]
struct Newest<T> {
    entries: VecDeque<T>,
    /// The number of the first entry.
    first: usize,
}

/// An event, and where it went.
#[derive(Debug)]
struct SentEvent {
    event: Value,
    name: String,
    /// When a person sent it again; `None` for MediaLive's own.
    sent_again: Option<Timestamp>,
    deliveries: Vec<Delivery>,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), first: 0 }
    }
}

impl<T> Newest<T> {
    /// Adds an entry, and drops the first if there are more than `most`.
    fn push(&mut self, entry: T, most: usize) {
        self.entries.push_back(entry);
        if self.entries.len() > most {
            self.entries.pop_front();
            self.first += 1;
        }
    }

    /// The number of the next entry.
    fn next(&self) -> usize {
        self.first + self.entries.len()
    }

    fn get(&self, number: usize) -> Option<&T> {
        self.entries.get(number.checked_sub(self.first)?)
    }

    /// The last entries that the page shows.
    fn shown(&self) -> impl Iterator<Item = (usize, &T)> {
        let hidden = self.entries.len().saturating_sub(SHOWN);
        self.entries.iter().enumerate().skip(hidden).map(|(at, entry)| (self.first + at, entry))
    }
}

impl RunRecord {
    pub(super) fn lists(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an event of the stack.
    pub(crate) fn stack_event(&self, event: &StackEvent) {
        let mut lists = self.lists();
        let id = &event.physical_resource_id;
        let detail = event.resource_status_reason.clone().unwrap_or_else(|| id.clone());
        let event = page::StackEvent {
            key: lists.stack_events.next().to_string(),
            time: event.timestamp,
            resource: event.logical_resource_id.clone(),
            status: event.resource_status.to_string(),
            detail,
        };
        lists.stack_events.push(event, SHOWN);
    }

    /// Keeps an event of MediaLive, and where EventBridge sent it.
    pub(crate) fn medialive_event(&self, Delivered { event, deliveries }: &Delivered) {
        let mut lists = self.lists();
        let channel = last_part(&event.detail.channel_arn);
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
                        lists.alerts.insert(alarm_id.clone(), (channel, alert));
                    }
                    AlertState::Cleared => {
                        lists.alerts.remove(alarm_id);
                    }
                }
                text(alarm_state)
            }
        };
        let event = serde_json::to_value(event).expect("an event is JSON");
        let deliveries = deliveries.clone();
        lists.events.push(SentEvent { event, name, sent_again: None, deliveries }, SHOWN);
    }

    /// Keeps the decisions that the starter logs.
    pub(crate) fn log(&self, line: &LogLine) {
        if line.source != LogSource::Stdout {
            return;
        }
        let Ok(line) = serde_json::from_str::<Value>(&line.text) else { return };
        let Some(invocation) = line["span"]["invocation"].as_str() else { return };
        let mut lists = self.lists();
        // An invocation logs all its lines within minutes.
        let recent = lists.decisions.entries.iter_mut().rev();
        let known =
            recent.map(|(by, decisions)| (&*by, decisions)).find(|(by, _)| *by == invocation);
        match known {
            Some((_, decisions)) => decisions.extend(decision(&line, false)),
            None => {
                if let Some(first) = decision(&line, true) {
                    lists.decisions.push((invocation.to_owned(), vec![first]), KEPT);
                }
            }
        }
    }

    /// The event with this number, to be sent again.
    pub(super) fn event(&self, number: usize) -> Option<Value> {
        self.lists().events.get(number).map(|sent| sent.event.clone())
    }

    /// Keeps that a person sent an event again.
    pub(super) fn sent_again(&self, number: usize, deliveries: Vec<Delivery>) {
        let mut lists = self.lists();
        let Some(first) = lists.events.get(number) else { return };
        let (event, name) = (first.event.clone(), first.name.clone());
        let sent_again = Some(Timestamp::now());
        lists.events.push(SentEvent { event, name, sent_again, deliveries }, SHOWN);
    }
}

impl Lists {
    pub(super) fn known_calls(&self) -> usize {
        self.calls.next()
    }

    pub(super) fn add_calls(&mut self, calls: Vec<Call>) {
        for call in calls {
            let shown = page::Call {
                number: self.calls.next(),
                time: call.time,
                operation: call.operation,
                resource: call.resource.unwrap_or_default(),
                caller: call.role.unwrap_or_else(|| "a person".to_owned()),
                status: call.status,
            };
            self.calls.push((call.invocation, shown), KEPT);
        }
    }

    pub(super) fn alerts_of(&self, channel: &str) -> Vec<page::Alert> {
        let alerts = self.alerts.values().filter(|(of, _)| of == channel);
        alerts.map(|(_, alert)| alert.clone()).collect()
    }

    pub(super) fn stack_events(&self) -> Vec<page::StackEvent> {
        self.stack_events.shown().map(|(_, event)| event.clone()).collect()
    }

    pub(super) fn calls(&self) -> Vec<page::Call> {
        self.calls.shown().map(|(_, (_, call))| call.clone()).collect()
    }

    pub(super) fn events(&self) -> Vec<page::Event> {
        let work = self.work();
        self.events.shown().map(|(number, sent)| event(number, sent, &work)).collect()
    }

    /// What each invocation decided and called.
    fn work(&self) -> HashMap<&str, Work<'_>> {
        let mut work = HashMap::<&str, Work<'_>>::new();
        for (by, decisions) in &self.decisions.entries {
            work.entry(by.as_str()).or_default().decisions = decisions;
        }
        for (by, call) in &self.calls.entries {
            if let Some(by) = by {
                work.entry(by.as_str()).or_default().calls.push(call);
            }
        }
        work
    }
}

/// What an invocation decided and called.
#[derive(Debug, Default)]
struct Work<'a> {
    decisions: &'a [page::Decision],
    calls: Vec<&'a page::Call>,
}

fn event(number: usize, sent: &SentEvent, work: &HashMap<&str, Work<'_>>) -> page::Event {
    let detail = &sent.event["detail"];
    let first = || sent.event["time"].as_str().and_then(|time| time.parse().ok());
    page::Event {
        number,
        time: sent.sent_again.or_else(first).unwrap_or_default(),
        name: sent.name.clone(),
        channel: last_part(detail["channel_arn"].as_str().unwrap_or_default()),
        message: detail["message"].as_str().unwrap_or_default().to_owned(),
        sent_again: sent.sent_again.is_some(),
        deliveries: sent.deliveries.iter().map(|it| delivered(it, work)).collect(),
    }
}

fn delivered(delivery: &Delivery, work: &HashMap<&str, Work<'_>>) -> page::Delivery {
    let done = work.get(delivery.invocation.as_str());
    page::Delivery {
        rule: delivery.rule.clone(),
        function: last_part(&delivery.function),
        decisions: done.map(|it| it.decisions.to_vec()).unwrap_or_default(),
        calls: done.map(|it| it.calls.iter().copied().cloned().collect()).unwrap_or_default(),
    }
}

fn last_part(arn: &str) -> String {
    arn.rsplit(':').next().unwrap_or_default().to_owned()
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
    use serde_json::json;

    use super::*;

    fn logged(record: &RunRecord, invocation: &str, message: &str, action: Option<&str>) {
        let span = json!({ "name": "state change", "invocation": invocation });
        let line = json!({ "message": message, "state": "IDLE", "action": action, "span": span });
        let (function, source) = ("lilo-starter".to_owned(), LogSource::Stdout);
        record.log(&LogLine { function, source, text: line.to_string() });
    }

    #[test]
    fn decisions_belong_to_the_invocation_that_made_them() {
        let record = RunRecord::default();
        logged(&record, "a", "acting", Some("Start"));
        logged(&record, "a", "finished", None);
        logged(&record, "b", "finished", None);

        let lists = record.lists();
        let work = lists.work();
        let whats = |invocation: &str| -> Vec<_> {
            work[invocation].decisions.iter().map(|it| it.what.as_str()).collect()
        };
        assert_eq!(whats("a"), ["IDLE: start it"]);
        assert_eq!(whats("b"), ["IDLE: nothing"]);
    }

    #[test]
    fn a_long_run_keeps_the_newest_entries_by_their_numbers() {
        let record = RunRecord::default();
        for second in 0..500 {
            let time = Timestamp::from_second(second).unwrap();
            let event = json!({ "time": time, "detail": { "message": second.to_string() } });
            let name = "RUNNING".to_owned();
            let sent = SentEvent { event, name, sent_again: None, deliveries: Vec::new() };
            record.lists().events.push(sent, SHOWN);
            logged(&record, &second.to_string(), "no decision", None);
        }

        let numbers: Vec<_> = record.lists().events().iter().map(|it| it.number).collect();
        assert_eq!(numbers, (300..500).collect::<Vec<_>>());
        assert!(record.lists().decisions.entries.is_empty());
        assert!(record.event(299).is_none());
        assert_eq!(record.event(300).unwrap()["detail"]["message"], "300");

        record.sent_again(300, Vec::new());
        let last = record.lists().events().pop().unwrap();
        assert!(last.sent_again && last.time > Timestamp::from_second(500).unwrap(), "{last:?}");
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

//! What MediaLive tells EventBridge about a channel: the envelope, the texts, who hears of it.
//!
//! Decides the words of an event, not when it is due. The vocabulary is the one observed on AWS
//! (the event dumps in rakshithxaloori/watchpartyyoutube-api, `streamlist/views.py`): no event was
//! ever seen for STARTING, RECOVERING, DELETING, UPDATING, or for IDLE after a stop.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::config::Config;
use crate::model::alert::{Alert, AlertState};
use crate::model::channel::Channel;
use crate::model::states::ReportedState;

/// A subscriber this far behind misses events, as delivery by EventBridge is best effort too.
const BACKLOG: usize = 1024;

/// An event in `EventBridge`'s envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Always `0`.
    pub version: &'static str,
    /// Different for every event.
    pub id: String,
    /// `MediaLive Channel State Change` or `MediaLive Channel Alert`.
    #[serde(rename = "detail-type")]
    pub detail_type: &'static str,
    /// Always `aws.medialive`.
    pub source: &'static str,
    /// The configured account.
    pub account: String,
    /// When it happened, in whole seconds.
    pub time: Timestamp,
    /// The configured region.
    pub region: String,
    /// The channel's ARN, alone.
    pub resources: Vec<String>,
    /// What happened.
    pub detail: Detail,
}

/// What happened to a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// The channel.
    pub channel_arn: String,
    /// A state or an alert.
    #[serde(flatten)]
    pub subject: Subject,
    /// The same in MediaLive's words.
    pub message: &'static str,
    /// `0` or `1` when one pipeline is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
}

/// What an event speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Subject {
    /// What the channel, or one of its pipelines, has become.
    State {
        /// The new state.
        state: ReportedState,
        /// How many pipelines run after it.
        pipelines_running_count: usize,
    },
    /// Something is wrong with a pipeline, or no longer.
    Alert {
        /// Which of the two.
        alarm_state: AlertState,
        /// The same in both events of an alert.
        alarm_id: String,
        /// What is wrong.
        alert_type: &'static str,
    },
}

impl Event {
    /// The event of a channel, or of one of its pipelines.
    pub(crate) fn of_state(
        state: ReportedState,
        pipeline: Option<usize>,
        channel: &Channel,
        (config, time): (&Config, Timestamp),
    ) -> Self {
        let subject = Subject::State { state, pipelines_running_count: channel.running.len() };
        let detail = Detail {
            channel_arn: channel.arn.clone(),
            subject,
            message: state.message(),
            pipeline: pipeline.map(|number| number.to_string()),
        };
        Self::new("MediaLive Channel State Change", detail, (config, time))
    }

    /// The event of an alert that was set or cleared.
    pub(crate) fn of_alert(
        alert: Alert,
        channel: &Channel,
        (config, time): (&Config, Timestamp),
    ) -> Self {
        let detail = Detail {
            channel_arn: channel.arn.clone(),
            message: alert.kind.message(),
            pipeline: Some(alert.pipeline.to_string()),
            subject: Subject::Alert {
                alarm_state: alert.state(),
                alert_type: alert.kind.name(),
                alarm_id: alert.id,
            },
        };
        Self::new("MediaLive Channel Alert", detail, (config, time))
    }

    fn new(
        detail_type: &'static str,
        detail: Detail,
        (config, time): (&Config, Timestamp),
    ) -> Self {
        Self {
            version: "0",
            id: Uuid::new_v4().to_string(),
            detail_type,
            source: "aws.medialive",
            account: config.account.clone(),
            time: whole_seconds(time),
            region: config.region.clone(),
            resources: vec![detail.channel_arn.clone()],
            detail,
        }
    }
}

/// MediaLive tells no fractions.
pub(crate) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// Everything that was told so far, and who is told next.
#[derive(Debug)]
pub(crate) struct Events {
    history: Mutex<Vec<Event>>,
    subscribers: broadcast::Sender<Event>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self { history: Mutex::default(), subscribers: broadcast::Sender::new(BACKLOG) }
    }

    pub(crate) fn tell(&self, event: Event) {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        // Nobody listening is not an error: the history keeps it.
        let _ = self.subscribers.send(event);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.subscribers.subscribe()
    }

    pub(crate) fn history(&self) -> Vec<Event> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

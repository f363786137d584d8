//! MediaLive's events to EventBridge about a channel: envelope, texts and subscribers.
//!
//! Decides the content of an event, not its time. The texts were observed on AWS (the event dumps
//! in rakshithxaloori/watchpartyyoutube-api, `streamlist/views.py`). Nobody has seen an event for
//! STARTING, RECOVERING, DELETING, UPDATING, or for IDLE after a stop.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::config::Config;
use crate::model::alert::{Alert, AlertState};
use crate::model::channel::Channel;
use crate::model::states::ReportedState;
use crate::service::newest::Newest;

/// A subscriber this many events behind misses some: EventBridge's delivery is best effort too.
const BACKLOG: usize = 1024;

/// An event in EventBridge's envelope.
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
    /// The channel's account.
    pub account: String,
    /// When it happened, in whole seconds.
    pub time: Timestamp,
    /// The channel's region.
    pub region: String,
    /// Only the channel's ARN.
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
    /// MediaLive's text for it.
    pub message: String,
    /// `0` or `1` if the event is about one pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
}

/// The subject of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Subject {
    /// A new state of the channel or one of its pipelines.
    State {
        /// The new state.
        state: ReportedState,
        /// The number of pipelines that still run.
        pipelines_running_count: usize,
    },
    /// An alert of a pipeline was set or cleared.
    Alert {
        /// Set or cleared.
        alarm_state: AlertState,
        /// The same in both events of an alert.
        alarm_id: String,
        /// The problem.
        alert_type: &'static str,
    },
}

impl Event {
    /// The event about a channel's or a pipeline's state.
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
            message: state.message().to_owned(),
            pipeline: pipeline.map(|number| number.to_string()),
        };
        Self::new("MediaLive Channel State Change", detail, (config, time))
    }

    /// The event about an alert that was set or cleared.
    pub(crate) fn of_alert(
        alert: Alert,
        channel: &Channel,
        (config, time): (&Config, Timestamp),
    ) -> Self {
        let detail = Detail {
            channel_arn: channel.arn.clone(),
            message: alert.message.clone(),
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

/// MediaLive's times are in whole seconds.
pub(crate) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// The history of events, and the subscribers.
#[derive(Debug)]
pub(crate) struct Events {
    history: Mutex<Newest<Event>>,
    subscribers: broadcast::Sender<Event>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self { history: Mutex::default(), subscribers: broadcast::Sender::new(BACKLOG) }
    }

    pub(crate) fn send(&self, event: Event) {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        // A missing subscriber is not an error: the history keeps the event.
        let _ = self.subscribers.send(event);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.subscribers.subscribe()
    }

    pub(crate) fn history(&self) -> Vec<Event> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).since(0)
    }
}

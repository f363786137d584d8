//! A channel's alerts: problems of its pipelines, and since when.
//!
//! Decides when an alert is new. The pipelines report the problems.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// The problems of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlertType {
    /// The source cannot be read.
    NoVideo,
    /// The machine does not encode in real time.
    Slow,
    /// The encoder does not support the channel's settings or its destination.
    NoOutput,
}

/// Whether an alert is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertState {
    /// It is active.
    Set,
    /// It is over.
    Cleared,
}

/// One alert of one pipeline.
#[derive(Clone, Debug)]
pub(crate) struct Alert {
    /// Unique in the channel. The form of MediaLive's ids is not published.
    pub(crate) id: String,
    pub(crate) kind: AlertType,
    pub(crate) pipeline: usize,
    set: Timestamp,
    cleared: Option<Timestamp>,
}

/// Every alert that a channel ever had.
#[derive(Debug, Default)]
pub(crate) struct Alerts(Vec<Alert>);

impl AlertType {
    /// The `alert_type` of an event.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoVideo => "Video Not Detected",
            Self::Slow => "Slow Encode",
            Self::NoOutput => "No Output",
        }
    }

    /// The first text is from an observed event (a fixture of openfun/marsha). The others and their
    /// types are the emulator's own.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NoVideo => "[VideoBuffer[1]] Video not detected: Check input signal",
            Self::Slow => "The pipeline does not encode in real time",
            Self::NoOutput => {
                "The pipeline sends nothing: the encoder does not support its settings or destination"
            }
        }
    }
}

impl Alert {
    pub(crate) fn state(&self) -> AlertState {
        if self.cleared.is_none() { AlertState::Set } else { AlertState::Cleared }
    }

    /// The alert in ListAlerts.
    pub(crate) fn describe(&self) -> Value {
        let mut shown = json!({
            "alertType": self.kind.name(),
            "id": self.id,
            "message": self.kind.message(),
            "pipelineId": self.pipeline.to_string(),
            "setTimestamp": self.set,
            "state": self.state(),
        });
        if let Some(cleared) = self.cleared {
            shown["clearedTimestamp"] = json!(cleared);
        }
        shown
    }
}

impl Alerts {
    /// Sets an alert; returns it unless it was already set.
    pub(crate) fn set(
        &mut self,
        alert_type: AlertType,
        pipeline: usize,
        now: Timestamp,
    ) -> Option<Alert> {
        let set = self.0.iter().any(|it| it.is(alert_type, pipeline));
        let id = (self.0.len() + 1).to_string();
        let alert =
            (!set).then_some(Alert { id, kind: alert_type, pipeline, set: now, cleared: None });
        self.0.extend(alert.clone());
        alert
    }

    /// Clears an alert; returns it if it was set.
    pub(crate) fn clear(
        &mut self,
        alert_type: AlertType,
        pipeline: usize,
        now: Timestamp,
    ) -> Option<Alert> {
        let alert = self.0.iter_mut().find(|it| it.is(alert_type, pipeline))?;
        alert.cleared = Some(now);
        Some(alert.clone())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Alert> {
        self.0.iter()
    }
}

impl Alert {
    /// Whether this alert has the type and pipeline, and is still set.
    fn is(&self, alert_type: AlertType, pipeline: usize) -> bool {
        (self.kind, self.pipeline, self.cleared) == (alert_type, pipeline, None)
    }
}

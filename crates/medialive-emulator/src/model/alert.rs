//! The alerts of a channel: what is wrong with one of its pipelines, and since when.
//!
//! Decides when an alert is a new one. Does not decide what is wrong: its pipelines tell.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlertType {
    /// The source cannot be read.
    NoVideo,
    /// The machine does not encode in real time.
    Slow,
    /// The encoder cannot follow the channel's settings, or knows no way to its destination.
    NoOutput,
}

/// Whether an alert still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertState {
    /// It holds.
    Set,
    /// It is over.
    Cleared,
}

/// One alert of one pipeline.
#[derive(Clone, Debug)]
pub(crate) struct Alert {
    /// Unique in the channel. How MediaLive's ids look is not published.
    pub(crate) id: String,
    pub(crate) kind: AlertType,
    pub(crate) pipeline: usize,
    set: Timestamp,
    cleared: Option<Timestamp>,
}

/// All that a channel ever had.
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

    /// The first is an observed event's (a fixture of openfun/marsha); the others are the
    /// emulator's own, as are their kinds.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NoVideo => "[VideoBuffer[1]] Video not detected: Check input signal",
            Self::Slow => "The pipeline does not encode in real time",
            Self::NoOutput => {
                "The pipeline sends nothing: its settings or its destination cannot be followed"
            }
        }
    }
}

impl Alert {
    pub(crate) fn state(&self) -> AlertState {
        if self.cleared.is_none() { AlertState::Set } else { AlertState::Cleared }
    }

    /// The alert as ListAlerts shows it.
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
    /// A new alert, unless the same is set already.
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

    /// The alert that is over now, if it was set.
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
    /// Whether it is this one, and still set.
    fn is(&self, alert_type: AlertType, pipeline: usize) -> bool {
        (self.kind, self.pipeline, self.cleared) == (alert_type, pipeline, None)
    }
}

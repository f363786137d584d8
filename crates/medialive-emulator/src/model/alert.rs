//! A channel's alerts: problems of its pipelines, and since when.
//!
//! Decides when an alert is new. The pipelines report the problems.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// The problems of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlertType {
    /// The source cannot be read.
    NoVideo,
    /// The source's sound cannot be played.
    NoAudio,
    /// A part of the source's picture is missing.
    PartOfVideo,
    /// The machine does not encode in real time.
    Slow,
    /// The destination cannot be opened.
    NoDestination,
    /// The encoder cannot play the channel for another reason.
    NoOutput,
    /// The encoder cannot read inputs of this type.
    InputNotEmulated,
    /// The stream does not follow some of the channel's settings.
    NotEmulated,
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
    /// Unique in the channel: 40 hexadecimal digits, as observed (a fixture of openfun/marsha).
    pub(crate) id: String,
    pub(crate) kind: AlertType,
    pub(crate) pipeline: usize,
    pub(crate) message: String,
    set: Timestamp,
    cleared: Option<Timestamp>,
}

/// Every alert that a channel ever had.
#[derive(Debug, Default)]
pub(crate) struct Alerts(Vec<Alert>);

impl AlertType {
    pub(crate) const ALL: [Self; 8] = [
        Self::NoVideo,
        Self::NoAudio,
        Self::PartOfVideo,
        Self::Slow,
        Self::NoDestination,
        Self::NoOutput,
        Self::InputNotEmulated,
        Self::NotEmulated,
    ];

    /// The `alert_type` of an event. MediaLive's own are "Video Not Detected" (a fixture of
    /// openfun/marsha) and "Failed to Create Output File or Socket" (user guide, "JSON for an alert
    /// event"). The others are the emulator's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoVideo => "Video Not Detected",
            Self::NoAudio => "Audio Not Detected",
            Self::PartOfVideo => "Video Incomplete",
            Self::Slow => "Slow Encode",
            Self::NoDestination => "Failed to Create Output File or Socket",
            Self::NoOutput => "No Output",
            Self::InputNotEmulated => "Input Not Emulated",
            Self::NotEmulated => "Setting Not Emulated",
        }
    }

    /// The texts of MediaLive's own types are from the same sources. `detail` is the destination,
    /// the reason or the list of settings; the other types need none.
    fn message(self, detail: &str) -> String {
        let fixed = match self {
            Self::NoVideo => "[VideoBuffer[1]] Video not detected: Check input signal",
            Self::NoAudio => "[AudioBuffer[1]] Audio not detected: Check input signal",
            Self::PartOfVideo => "A part of the source's picture is missing",
            Self::Slow => "The pipeline does not encode in real time",
            Self::NoDestination => {
                return format!(
                    "MPEGTS muxer for mediaID [1] unable to open output or stream [{detail}]."
                );
            }
            Self::NoOutput | Self::InputNotEmulated => {
                return format!("The pipeline sends nothing: {detail}");
            }
            Self::NotEmulated => return format!("The stream does not follow {detail}"),
        };
        fixed.to_owned()
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
            "message": self.message,
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
        (kind, detail): (AlertType, &str),
        pipeline: usize,
        now: Timestamp,
    ) -> Option<Alert> {
        if self.0.iter().any(|it| it.is(kind, pipeline)) {
            return None;
        }
        let id = format!("{:032x}{:08x}", Uuid::new_v4().as_u128(), self.0.len());
        let message = kind.message(detail);
        let alert = Alert { id, kind, pipeline, message, set: now, cleared: None };
        self.0.push(alert.clone());
        Some(alert)
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

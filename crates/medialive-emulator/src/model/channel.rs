//! A channel as the emulator stores it and as the API shows it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::model::alert::Alerts;
use crate::model::defaults;
use crate::model::run::Run;
use crate::model::states::{ChannelState, ChannelTrigger, Conflict};
use crate::model::tags::Tags;
use crate::pace::StateDuration;
use crate::request::member;

/// One channel: the request's document, and the parts that decisions need.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) state: ChannelState,
    /// Its states so far, each with its beginning by the machine's clock: people read it.
    pub(crate) history: Vec<(Timestamp, ChannelState)>,
    pub(crate) tags: Tags,
    /// The request's members, shown unchanged.
    pub(crate) document: Map<String, Value>,
    /// The parsed part of the document.
    pub(crate) settings: Settings,
    pub(crate) alerts: Alerts,
    /// The pipelines that run.
    pub(crate) running: BTreeSet<usize>,
    /// How long its deletion takes, if it is deleted as soon as it has stopped.
    pub(crate) delete_when_stopped: Option<StateDuration>,
    /// The pipelines' tasks, from start to stop.
    pub(crate) run: Option<Run>,
}

/// The part of a channel's document that decisions need.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) class: ChannelClass,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) destinations: Vec<Destination>,
}

impl Settings {
    pub(crate) fn read(document: &Map<String, Value>) -> Result<Self, Error> {
        Ok(Self {
            class: member(document, "channelClass")?.unwrap_or_default(),
            attachments: member(document, "inputAttachments")?.unwrap_or_default(),
            destinations: member(document, "destinations")?.unwrap_or_default(),
        })
    }
}

/// The channel class, which gives the number of pipelines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ChannelClass {
    #[default]
    Standard,
    SinglePipeline,
}

impl ChannelClass {
    pub(crate) fn pipelines(self) -> usize {
        match self {
            Self::Standard => 2,
            Self::SinglePipeline => 1,
        }
    }
}

/// The used part of an input attachment.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attachment {
    #[serde(default)]
    pub(crate) input_id: String,
    pub(crate) input_attachment_name: Option<String>,
}

/// The used part of a destination.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Destination {
    #[serde(default)]
    pub(crate) id: String,
    /// Empty for other kinds of destination (MediaPackage, multiplex, SRT).
    #[serde(default)]
    pub(crate) settings: Vec<DestinationSettings>,
    #[serde(default, rename = "mediaPackageSettings")]
    pub(crate) media_package: Vec<MediaPackageSettings>,
}

/// One pipeline's destination.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DestinationSettings {
    #[serde(default)]
    pub(crate) url: String,
}

/// The used part of a MediaPackage destination.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaPackageSettings {
    pub(crate) channel_id: Option<String>,
}

impl Channel {
    /// Its id and its tags.
    pub(crate) fn id_and_tags(&self) -> (&str, &Tags) {
        (&self.id, &self.tags)
    }

    pub(crate) fn apply(&mut self, trigger: ChannelTrigger) -> Result<ChannelState, Conflict> {
        let (before, after) = (self.state, self.state.after(trigger)?);
        self.state = after;
        if before != after {
            self.history.push((Timestamp::now(), after));
        }
        tracing::info!(channel = self.id, %before, %after, "channel");
        Ok(after)
    }

    pub(crate) fn pipelines(&self) -> usize {
        self.settings.class.pipelines()
    }

    /// The channel in Describe, Create, Start, Stop and Delete.
    pub(crate) fn describe(&self) -> Value {
        let mut shown = defaults::expand(self.document.clone());
        // Each pipeline has an address, also while nothing runs (observed:
        // Couchtour-tv/couchtourtv-api).
        let endpoint = json!({ "sourceIp": "127.0.0.1" });
        shown.extend([
            ("arn".to_owned(), json!(self.arn)),
            ("channelClass".to_owned(), json!(self.settings.class)),
            ("egressEndpoints".to_owned(), json!(vec![endpoint; self.pipelines()])),
            ("id".to_owned(), json!(self.id)),
            ("pipelineDetails".to_owned(), self.pipeline_details()),
            ("pipelinesRunningCount".to_owned(), json!(self.running.len())),
            ("state".to_owned(), json!(self.state)),
            ("tags".to_owned(), json!(self.tags)),
        ]);
        Value::Object(shown)
    }

    /// The channel in List.
    pub(crate) fn summary(&self) -> Value {
        let mut shown = self.describe();
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("encoderSettings");
            fields.remove("pipelineDetails");
            fields.insert("usedChannelEngineVersions".to_owned(), json!([]));
        }
        shown
    }

    fn pipeline_details(&self) -> Value {
        let active =
            self.settings.attachments.first().and_then(|it| it.input_attachment_name.as_deref());
        let details = self.running.iter().map(|pipeline| {
            json!({ "activeInputAttachmentName": active, "pipelineId": pipeline.to_string() })
        });
        details.collect()
    }
}

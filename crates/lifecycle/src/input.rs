//! An input as MediaLive shows it, and the decisions of Create, Update and Delete.

pub mod create;
pub mod delete;
pub mod update;

use std::time::Duration;

use crate::channel::Channel;
use crate::{LiloTags, Resource, Tags};

/// An input, as far as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Decimal digits.
    pub id: String,
    /// ARN of the input.
    pub arn: String,
    /// Where it is in its life.
    pub state: InputState,
    /// What an update can change.
    pub settings: Settings,
    /// The ids of the channels that it is attached to; MediaLive allows one.
    pub attached_channels: Vec<String>,
    /// Its tags.
    pub tags: Tags,
}

/// What an update can change of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Need not be unique.
    pub name: String,
    /// The URLs, one for each pipeline.
    pub sources: Vec<String>,
    /// The role by which MediaLive reads the sources.
    pub role_arn: String,
}

/// MediaLive's states of an input (API model, `InputState`); its names there are what is displayed
/// and parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are MediaLive's own; the user guide explains them")]
pub enum InputState {
    Creating,
    Detached,
    Attached,
    Deleting,
    Deleted,
}

/// An input and the channel that plays it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The input.
    pub input: Input,
    /// Its channel, if there is one.
    pub channel: Option<Channel>,
}

impl Input {
    fn lilo_tags(&self) -> LiloTags<'_> {
        LiloTags::from(&self.tags)
    }
}

impl Resource for Input {
    fn label(&self) -> String {
        label(&self.id)
    }

    fn state_name(&self) -> String {
        self.state.to_string()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn is_gone(&self) -> bool {
        matches!(self.state, InputState::Deleting | InputState::Deleted)
    }

    fn usual_time(&self) -> Duration {
        match self.state {
            // The teardown in aws-bench/aws-bench, `handlers/medialive.py`.
            InputState::Deleting => Duration::from_millis(1500),
            InputState::Creating
            | InputState::Detached
            | InputState::Attached
            | InputState::Deleted => Duration::ZERO,
        }
    }
}

impl Resource for Attachment {
    fn label(&self) -> String {
        self.input.label()
    }

    fn state_name(&self) -> String {
        let channel = self.channel.as_ref().map(|it| format!(", its channel {}", it.state));
        format!("{}{}", self.input.state, channel.unwrap_or_default())
    }

    fn id(&self) -> &str {
        &self.input.id
    }

    fn tags(&self) -> &Tags {
        &self.input.tags
    }

    fn is_gone(&self) -> bool {
        self.input.is_gone()
    }

    /// That of the channel, which the input follows.
    fn usual_time(&self) -> Duration {
        self.channel.as_ref().map_or(self.input.usual_time(), Channel::usual_time)
    }
}

/// The input with this id in the words of an error.
#[must_use]
pub fn label(id: &str) -> String {
    format!("input {id}")
}

//! A channel as MediaLive shows it, and the decisions of Create, Update, Delete and the starter.

pub mod create;
pub mod delete;
pub mod reconcile;
pub mod update;

use std::time::Duration;

use crate::{LiloTags, Resource, Tags};

/// A channel, as far as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Decimal digits.
    pub id: String,
    /// ARN of the channel.
    pub arn: String,
    /// Where it is in its life.
    pub state: ChannelState,
    /// One pipeline or two.
    pub class: ChannelClass,
    /// The ids of the inputs that are attached to it.
    pub input_ids: Vec<String>,
    /// Its tags.
    pub tags: Tags,
}

/// MediaLive's states of a channel (API model, `ChannelState`); its names there are what is
/// displayed and parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumIter, strum::EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are MediaLive's own; the user guide explains them")]
pub enum ChannelState {
    Creating,
    CreateFailed,
    Idle,
    Starting,
    Running,
    Recovering,
    Stopping,
    Deleting,
    Deleted,
    Updating,
    UpdateFailed,
}

/// Number of pipelines; its names are the API model's (`ChannelClass`).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString, strum::VariantNames,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ChannelClass {
    /// One pipeline.
    SinglePipeline,
    /// Two pipelines in two availability zones.
    Standard,
}

/// What a state means to an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing runs, and nothing is under way.
    Idle,
    /// It runs, or is about to.
    Live,
    /// On its way to another state.
    Changing,
    /// The last change failed.
    Failed,
    /// Deleted, or about to be.
    Gone,
}

impl ChannelState {
    pub(crate) fn phase(self) -> Phase {
        match self {
            Self::Idle => Phase::Idle,
            Self::Starting | Self::Running | Self::Recovering => Phase::Live,
            Self::Creating | Self::Stopping | Self::Updating => Phase::Changing,
            Self::CreateFailed | Self::UpdateFailed => Phase::Failed,
            Self::Deleting | Self::Deleted => Phase::Gone,
        }
    }
}

impl Channel {
    /// Whether it runs or is about to.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.state.phase() == Phase::Live
    }

    pub(crate) fn lilo_tags(&self) -> LiloTags<'_> {
        LiloTags::from(&self.tags)
    }
}

impl Resource for Channel {
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
        self.state.phase() == Phase::Gone
    }

    fn usual_time(&self) -> Duration {
        // From a run of rakshithxaloori/watchpartyyoutube-api (us-east-1, 2023-08-30,
        // `streamlist/views.py`); there, DELETING lasted at most so long.
        Duration::from_secs(match self.state {
            // A guess: openfun/marsha#796 says "a few seconds".
            ChannelState::Creating | ChannelState::Updating => 5,
            ChannelState::Starting => 131,
            ChannelState::Stopping => 22,
            ChannelState::Deleting => 100,
            ChannelState::Idle
            | ChannelState::Running
            | ChannelState::Recovering
            | ChannelState::CreateFailed
            | ChannelState::UpdateFailed
            | ChannelState::Deleted => 0,
        })
    }
}

/// The channel with this id in the words of an error.
#[must_use]
pub fn label(id: &str) -> String {
    format!("channel {id}")
}

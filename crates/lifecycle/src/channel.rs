//! A channel as MediaLive shows it, and what Create and Delete do with it.

pub mod create;
pub mod delete;

use crate::Resource;
use crate::tags::Tags;

/// A channel, as far as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Decimal digits.
    pub id: String,
    /// ARN of the channel.
    pub arn: String,
    /// Where it is in its life.
    pub state: ChannelState,
    /// Its tags.
    pub tags: Tags,
}

/// MediaLive's states of a channel (API model, `ChannelState`); its names there are what is displayed and parsed.
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

impl Resource for Channel {
    fn label(&self) -> String {
        label(&self.id)
    }

    fn state_name(&self) -> String {
        self.state.to_string()
    }
}

/// The channel with this id in the words of an error.
#[must_use]
pub fn label(id: &str) -> String {
    format!("channel {id}")
}

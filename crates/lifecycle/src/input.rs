//! An input as MediaLive shows it, and what Create, Update and Delete do with it.

pub mod create;
pub mod delete;
pub mod replace;
pub mod update;

use crate::Resource;
use crate::tags::Tags;

/// An input, as far as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Decimal digits.
    pub id: String,
    /// ARN of the input.
    pub arn: String,
    /// Where it is in its life.
    pub state: InputState,
    /// What can be changed of it.
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
    /// The URLs: one makes the single class, two the standard one.
    pub sources: Vec<String>,
    /// The role by which MediaLive reads the sources.
    pub role_arn: String,
}

/// MediaLive's states of an input (API model, `InputState`); its names there are what is displayed and parsed.
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
}

/// The input with this id in the words of an error.
#[must_use]
pub fn label(id: &str) -> String {
    format!("input {id}")
}

//! The states of channels and inputs and their transitions, as tables.
//!
//! Pure: knows nothing of time, requests or the encoder. A pair that a table does not list is a
//! conflict.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of a channel, under its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are MediaLive's own")]
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

/// The state of an input, under its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names are MediaLive's own")]
pub enum InputState {
    Creating,
    Detached,
    Attached,
    Deleting,
    Deleted,
}

impl fmt::Display for ChannelState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

impl fmt::Display for InputState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

/// Events that change a channel's state: requests and their consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChannelTrigger {
    Created,
    Update,
    Updated,
    /// The operation in progress has failed.
    Failed,
    Start,
    /// Every pipeline plays.
    Playing,
    /// A pipeline has stopped playing or failed to start.
    Fault,
    Stop,
    Stopped,
    Delete,
    Deleted,
}

/// Events that change an input's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputTrigger {
    Created,
    Attach,
    Release,
    Delete,
    Deleted,
}

/// The trigger does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conflict;

/// The transitions come from the waiters of the public SDKs and the user guide's "States for
/// channels". aws-bench observed stop from STARTING and RECOVERING, delete from the failed states,
/// and the harmless second delete.
const CHANNEL: [(ChannelState, ChannelTrigger, ChannelState); 20] = [
    (ChannelState::Creating, ChannelTrigger::Created, ChannelState::Idle),
    (ChannelState::Creating, ChannelTrigger::Failed, ChannelState::CreateFailed),
    (ChannelState::Idle, ChannelTrigger::Update, ChannelState::Updating),
    (ChannelState::Updating, ChannelTrigger::Updated, ChannelState::Idle),
    (ChannelState::Updating, ChannelTrigger::Failed, ChannelState::UpdateFailed),
    (ChannelState::Idle, ChannelTrigger::Start, ChannelState::Starting),
    (ChannelState::Starting, ChannelTrigger::Playing, ChannelState::Running),
    (ChannelState::Recovering, ChannelTrigger::Playing, ChannelState::Running),
    (ChannelState::Starting, ChannelTrigger::Fault, ChannelState::Recovering),
    (ChannelState::Running, ChannelTrigger::Fault, ChannelState::Recovering),
    (ChannelState::Recovering, ChannelTrigger::Fault, ChannelState::Recovering),
    (ChannelState::Starting, ChannelTrigger::Stop, ChannelState::Stopping),
    (ChannelState::Running, ChannelTrigger::Stop, ChannelState::Stopping),
    (ChannelState::Recovering, ChannelTrigger::Stop, ChannelState::Stopping),
    (ChannelState::Stopping, ChannelTrigger::Stopped, ChannelState::Idle),
    (ChannelState::Idle, ChannelTrigger::Delete, ChannelState::Deleting),
    (ChannelState::CreateFailed, ChannelTrigger::Delete, ChannelState::Deleting),
    (ChannelState::UpdateFailed, ChannelTrigger::Delete, ChannelState::Deleting),
    (ChannelState::Deleted, ChannelTrigger::Delete, ChannelState::Deleted),
    (ChannelState::Deleting, ChannelTrigger::Deleted, ChannelState::Deleted),
];

/// An input that is CREATING can be given to a channel, and is attached once it exists: programs
/// create the channel right after the input (aws-solutions/media-replay-engine, openfun/marsha,
/// kulpbenamazon's tools). What such an input shows meanwhile is not published.
const INPUT: [(InputState, InputTrigger, InputState); 9] = [
    (InputState::Creating, InputTrigger::Attach, InputState::Creating),
    (InputState::Creating, InputTrigger::Release, InputState::Creating),
    (InputState::Creating, InputTrigger::Created, InputState::Detached),
    (InputState::Detached, InputTrigger::Attach, InputState::Attached),
    (InputState::Attached, InputTrigger::Release, InputState::Detached),
    (InputState::Detached, InputTrigger::Delete, InputState::Deleting),
    (InputState::Deleting, InputTrigger::Delete, InputState::Deleting),
    (InputState::Deleted, InputTrigger::Delete, InputState::Deleted),
    (InputState::Deleting, InputTrigger::Deleted, InputState::Deleted),
];

/// Finds the table's row for a state and a trigger.
fn look_up<S: Copy + PartialEq, T: Copy + PartialEq>(
    table: &[(S, T, S)],
    state: S,
    trigger: T,
) -> Result<S, Conflict> {
    let row = table.iter().find(|(from, by, _)| *from == state && *by == trigger);
    row.map(|(_, _, to)| *to).ok_or(Conflict)
}

impl ChannelState {
    /// The state this one turns into.
    pub(crate) fn after(self, trigger: ChannelTrigger) -> Result<Self, Conflict> {
        look_up(&CHANNEL, self, trigger)
    }
}

impl InputState {
    /// The state this one turns into.
    pub(crate) fn after(self, trigger: InputTrigger) -> Result<Self, Conflict> {
        look_up(&INPUT, self, trigger)
    }
}

/// The states in events, which differ from those of `DescribeChannel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReportedState {
    /// The channel exists and is IDLE.
    Created,
    /// A pipeline plays.
    Running,
    /// A pipeline is stopping.
    Stopping,
    /// A pipeline has stopped; after the last one the channel is IDLE.
    Stopped,
    /// The channel is gone.
    Deleted,
}

impl ReportedState {
    /// The event's `message`.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Created => "Created channel",
            Self::Running => "Pipeline started for channel",
            Self::Stopping => "Stopping pipeline",
            Self::Stopped => "Stop detected on pipeline",
            Self::Deleted => "Deleted channel",
        }
    }
}

#[cfg(test)]
mod tests;

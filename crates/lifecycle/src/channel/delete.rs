//! Delete: no start any more, stopped from any state that can be stopped, deleted, gone.

use super::{Channel, ChannelState};
use crate::step::Waiting;
use crate::{Patience, Resource, Step, tags};

/// What Delete can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the start tag off, so that neither a late event, a retry nor an update that still runs starts the channel again.
    ForbidStart,
    /// StopChannel.
    Stop,
    /// DeleteChannel.
    Delete,
}

/// The next step towards a channel that is gone; `seen` is what DescribeChannel shows.
///
/// A channel that is not found and one that is DELETED (MediaLive keeps showing it for a while) are gone alike.
#[must_use]
pub fn next(seen: Option<&Channel>, patience: Patience) -> Step<Action> {
    let Some(channel) = seen else {
        return Step::Finished;
    };
    // These can never be started; whether MediaLive takes tags for them is not documented.
    let dead = matches!(
        channel.state,
        ChannelState::CreateFailed | ChannelState::Deleting | ChannelState::Deleted
    );
    if !tags::are_off(&channel.tags) && !dead {
        return Step::Perform(Action::ForbidStart);
    }
    match channel.state {
        ChannelState::Deleted => Step::Finished,
        ChannelState::Starting | ChannelState::Running | ChannelState::Recovering => {
            Step::Perform(Action::Stop)
        }
        ChannelState::Idle | ChannelState::CreateFailed | ChannelState::UpdateFailed => {
            Step::Perform(Action::Delete)
        }
        ChannelState::Creating
        | ChannelState::Updating
        | ChannelState::Stopping
        | ChannelState::Deleting => patience.wait(&Waiting {
            resource: &channel.label(),
            state: channel.state,
            goal: "being deleted",
            advice: "delete the stack again to go on",
        }),
    }
}

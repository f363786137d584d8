//! The cost guard, when a channel begins to run or stops: since when it runs.

use jiff::Timestamp;

use crate::channel::{Channel, ChannelState};
use crate::{Step, tags};

/// What the guard can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the tag that says since when it runs.
    SetRunningSince(Timestamp),
    /// Take it off: the next start begins the time anew.
    ClearRunningSince,
}

/// The next step for a channel that an event says has begun to run, or stopped, at `changed`; `seen` is what DescribeChannel
/// shows.
///
/// What it shows decides, as events come late and more than once. A time that is set stays while the channel runs: one that
/// recovers from fault after fault would otherwise run for ever. One that is STARTING does not run yet: the event is of the run
/// before.
#[must_use]
pub fn next(seen: Option<&Channel>, changed: Timestamp) -> Step<Action> {
    let Some(channel) = seen.filter(|channel| tags::are_ours(&channel.tags)) else {
        return Step::Finished;
    };
    if is_over(channel) {
        Step::Perform(Action::ClearRunningSince)
    } else if runs(channel) && tags::running_since(&channel.tags).is_none() {
        Step::Perform(Action::SetRunningSince(changed))
    } else {
        Step::Finished
    }
}

/// Whether the channel runs, as opposed to being about to.
pub(crate) fn runs(channel: &Channel) -> bool {
    match channel.state {
        ChannelState::Running | ChannelState::Recovering => true,
        ChannelState::Creating
        | ChannelState::CreateFailed
        | ChannelState::Idle
        | ChannelState::Starting
        | ChannelState::Stopping
        | ChannelState::Deleting
        | ChannelState::Deleted
        | ChannelState::Updating
        | ChannelState::UpdateFailed => false,
    }
}

/// Whether the channel does not run any more, and still carries the time of the run before.
pub(crate) fn is_over(channel: &Channel) -> bool {
    let stopped = matches!(channel.state, ChannelState::Idle | ChannelState::Stopping);
    stopped && channel.tags.contains_key(tags::RUNNING_SINCE)
}

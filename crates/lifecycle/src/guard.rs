//! The cost guard, when a channel begins to run or stops: until when it may run.

use jiff::Timestamp;

use crate::channel::{Channel, ChannelState, Phase};
use crate::{Step, tags};

/// What the guard can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the tag that says when the sweep stops it.
    SetStopAt(Timestamp),
    /// Take it off: the next start begins the time anew.
    ClearStopAt,
}

/// The next step for a channel that an event says has begun to run, or stopped, at `changed`; `seen` is what DescribeChannel
/// shows.
///
/// What it shows decides, as events come late and more than once. A time that is set stays while the channel runs: one that
/// recovers from fault after fault would otherwise run for ever.
#[must_use]
pub fn next(seen: Option<&Channel>, changed: Timestamp) -> Step<Action> {
    let Some(channel) = seen.filter(|channel| tags::are_ours(&channel.tags)) else {
        return Step::Finished;
    };
    let due = tags::stop_after(&channel.tags).and_then(|hours| changed.checked_add(hours).ok());
    match (channel.state.phase(), due) {
        (Phase::Live, Some(due)) if tags::stop_at(&channel.tags).is_none() => {
            Step::Perform(Action::SetStopAt(due))
        }
        _ if is_over(channel) => Step::Perform(Action::ClearStopAt),
        (Phase::Idle | Phase::Live | Phase::Changing | Phase::Failed | Phase::Gone, _) => {
            Step::Finished
        }
    }
}

/// Whether the channel does not run any more, and still carries the time of the run before.
pub(crate) fn is_over(channel: &Channel) -> bool {
    let stopped = matches!(channel.state, ChannelState::Idle | ChannelState::Stopping);
    stopped && channel.tags.contains_key(tags::STOP_AT)
}

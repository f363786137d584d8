//! Start: a channel of ours that still wants it is started once, as soon as it can be.

use crate::channel::{Channel, ChannelState};
use crate::step::Waiting;
use crate::{Patience, Resource, Step, tags};

/// What the starter can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// StartChannel.
    Start,
    /// Set the start tag to `done`: the channel has been started, by whomever.
    MarkDone,
}

/// The next step for a channel that an event named; `seen` is what DescribeChannel shows.
///
/// The tag decides, not the event: a repeated, late or foreign event finds nothing to do. The start tag is set to `done`
/// only when the channel shows that it was started, so that a start which got lost is tried again.
#[must_use]
pub fn next(seen: Option<&Channel>, patience: Patience) -> Step<Action> {
    let Some(channel) = seen else {
        return Step::Finished;
    };
    if !tags::are_ours(&channel.tags) || !tags::want_start(&channel.tags) {
        return Step::Finished;
    }
    match channel.state {
        ChannelState::Idle => Step::Perform(Action::Start),
        ChannelState::Starting
        | ChannelState::Running
        | ChannelState::Recovering
        | ChannelState::Stopping => Step::Perform(Action::MarkDone),
        ChannelState::Creating | ChannelState::Updating => patience.wait(&Waiting {
            resource: &channel.label(),
            state: channel.state,
            goal: "being started",
            advice: "start it in MediaLive's console once it is IDLE",
        }),
        ChannelState::CreateFailed
        | ChannelState::UpdateFailed
        | ChannelState::Deleting
        | ChannelState::Deleted => Step::Finished,
    }
}

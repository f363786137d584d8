//! Create: the channel is there once it can be started, whoever starts it.

use std::convert::Infallible;

use super::{Channel, ChannelState, label};
use crate::step::{Waiting, shows};
use crate::{Failure, Identity, Patience, Step, tags};

const GOAL: &str = "being created";

/// Whether what CreateChannel returned is a channel of an earlier request that went by the same token: deleted already,
/// or made for another resource. It must not be taken for the one asked for.
#[must_use]
pub fn is_stale(returned: &Channel, identity: &Identity) -> bool {
    matches!(returned.state, ChannelState::Deleting | ChannelState::Deleted)
        || !tags::are_of(&returned.tags, identity)
}

/// The next step after CreateChannel has made channel `id`; `seen` is what DescribeChannel shows of it.
///
/// The starter may win the race and start the channel before this looks again: STARTING and RUNNING are as good as IDLE.
#[must_use]
pub fn next(id: &str, seen: Option<&Channel>, patience: Patience) -> Step<Infallible> {
    let vanished = || {
        Step::Failed(Failure::Vanished { resource: label(id), goal: GOAL, advice: "deploy again" })
    };
    let Some(channel) = seen else {
        return if shows(patience) { vanished() } else { Step::Wait(patience.gap()) };
    };
    match channel.state {
        ChannelState::Idle
        | ChannelState::Starting
        | ChannelState::Running
        | ChannelState::Recovering => Step::Finished,
        ChannelState::Creating | ChannelState::Updating | ChannelState::Stopping => {
            patience.wait(&Waiting {
                resource: &label(id),
                state: channel.state,
                goal: GOAL,
                advice: "look at MediaLive's service health, then deploy again",
            })
        }
        ChannelState::Deleting | ChannelState::Deleted => vanished(),
        ChannelState::CreateFailed | ChannelState::UpdateFailed => {
            Step::Failed(Failure::UnexpectedState {
                resource: label(id),
                state: channel.state.to_string(),
                goal: GOAL,
                advice: "look at its alerts and logs in MediaLive, then deploy again",
            })
        }
    }
}

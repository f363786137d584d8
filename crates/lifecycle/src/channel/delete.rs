//! Delete: forbid the start, StopChannel from any state that allows it, DeleteChannel, until the
//! channel is gone.

use super::{Channel, ChannelState};
use crate::step::Waiting;
use crate::{Failure, Identity, Resource, Step};

const WAITING: Waiting =
    Waiting { goal: "being deleted", advice: "delete the stack again to go on" };
const NOT_OWNED: &str = "it may still run and cost money. If it is this stack's, stop and delete it in the MediaLive console; \
                         if not, retain this resource; then delete the stack again";

/// What Delete can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the start tag to off: no late event, repeated request or running update starts the
    /// channel again.
    ForbidStart,
    /// StopChannel.
    Stop,
    /// DeleteChannel.
    Delete,
}

/// The next step towards a channel that is gone.
///
/// A channel that is not found and one that is DELETED (MediaLive shows it for a while) are gone
/// alike.
#[must_use]
pub fn next(identity: &Identity, seen: Option<&Channel>) -> Step<Action> {
    use ChannelState as S;
    let Some(channel) = seen else {
        return Step::Finished;
    };
    let tags = channel.lilo_tags();
    match channel.state {
        S::Deleted => Step::Finished,
        S::Deleting => Step::Wait(WAITING),
        _ if !tags.belong_to(identity) => {
            let (resource, advice) = (channel.label(), NOT_OWNED);
            Step::Failed(Failure::NotOwned { resource, advice })
        }
        // It can never be started; whether MediaLive takes tags for it is not documented.
        S::CreateFailed => Step::Perform(Action::Delete),
        _ if !tags.delete_has_begun() => Step::Perform(Action::ForbidStart),
        S::Starting | S::Running | S::Recovering => Step::Perform(Action::Stop),
        S::Idle | S::UpdateFailed => Step::Perform(Action::Delete),
        S::Creating | S::Updating | S::Stopping => Step::Wait(WAITING),
    }
}

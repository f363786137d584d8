//! Create: the channel is there once it can be started, whoever starts it.

use std::convert::Infallible;
use std::time::Duration;

use super::{Channel, Phase, label};
use crate::step::Waiting;
use crate::times::VISIBLE_WITHIN;
use crate::{Failure, Identity, Resource, Step};

const WAITING: Waiting = Waiting {
    goal: "being created",
    advice: "look at MediaLive's service health, then deploy again",
};

/// The next step after CreateChannel has made channel `id`, for a request of this age.
///
/// The starter may start the channel before this looks again: STARTING and RUNNING are as good as
/// IDLE.
#[must_use]
pub fn next(
    identity: &Identity,
    id: &str,
    seen: Option<&Channel>,
    age: Duration,
) -> Step<Infallible> {
    let (resource, goal) = (label(id), WAITING.goal);
    if seen.is_some_and(|seen| !seen.is_gone() && !seen.lilo_tags().belong_to(identity)) {
        return Step::Failed(Failure::NotOwned { resource, advice: "deploy again" });
    }
    match seen.map(|channel| (channel.state.phase(), channel.state)) {
        Some((Phase::Idle | Phase::Live, _)) => Step::Finished,
        Some((Phase::Changing, _)) => Step::Wait(WAITING),
        None if age < VISIBLE_WITHIN => Step::Wait(WAITING),
        None | Some((Phase::Gone, _)) => {
            Step::Failed(Failure::Vanished { resource, goal, advice: "deploy again" })
        }
        Some((Phase::Failed, state)) => {
            let advice = "look at its alerts and logs in MediaLive, then deploy again";
            let state = state.to_string();
            Step::Failed(Failure::UnexpectedState { resource, state, goal, advice })
        }
    }
}

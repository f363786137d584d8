//! Create: the input is there once a channel can be attached to it.

use std::convert::Infallible;
use std::time::Duration;

use super::{Input, InputState, label};
use crate::step::Waiting;
use crate::times::VISIBLE_WITHIN;
use crate::{Failure, Identity, Resource, Step};

const WAITING: Waiting = Waiting {
    goal: "being created",
    advice: "look at MediaLive's service health, then deploy again",
};

/// The next step after CreateInput has made input `id`, for a request of this age.
#[must_use]
pub fn next(
    identity: &Identity,
    id: &str,
    seen: Option<&Input>,
    age: Duration,
) -> Step<Infallible> {
    if seen.is_some_and(|seen| !seen.is_gone() && !seen.lilo_tags().belong_to(identity)) {
        let (resource, advice) = (label(id), "deploy again");
        return Step::Failed(Failure::NotOwned { resource, advice });
    }
    match seen.map(|input| input.state) {
        Some(InputState::Detached | InputState::Attached) => Step::Finished,
        Some(InputState::Creating) => Step::Wait(WAITING),
        None if age < VISIBLE_WITHIN => Step::Wait(WAITING),
        None | Some(InputState::Deleting | InputState::Deleted) => {
            let (resource, advice) = (label(id), "deploy again");
            Step::Failed(Failure::Vanished { resource, goal: WAITING.goal, advice })
        }
    }
}

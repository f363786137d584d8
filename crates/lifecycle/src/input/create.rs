//! Create: the input is there once a channel can be attached to it.

use std::convert::Infallible;

use super::{Input, InputState, label};
use crate::step::{Waiting, shows};
use crate::{Failure, Identity, Patience, Step, tags};

const GOAL: &str = "being created";

/// Whether what CreateInput returned is an input of an earlier request that went by the same token: deleted already, or
/// made for another resource. It must not be taken for the one asked for.
#[must_use]
pub fn is_stale(returned: &Input, identity: &Identity) -> bool {
    matches!(returned.state, InputState::Deleting | InputState::Deleted)
        || !tags::are_of(&returned.tags, identity)
}

/// The next step after CreateInput has made input `id`; `seen` is what DescribeInput shows of it.
#[must_use]
pub fn next(id: &str, seen: Option<&Input>, patience: Patience) -> Step<Infallible> {
    let vanished = || {
        Step::Failed(Failure::Vanished { resource: label(id), goal: GOAL, advice: "deploy again" })
    };
    let Some(input) = seen else {
        return if shows(patience) { vanished() } else { Step::Wait(patience.gap()) };
    };
    match input.state {
        InputState::Detached | InputState::Attached => Step::Finished,
        InputState::Creating => patience.wait(&Waiting {
            resource: &label(id),
            state: input.state,
            goal: GOAL,
            advice: "look at MediaLive's service health, then deploy again",
        }),
        InputState::Deleting | InputState::Deleted => vanished(),
    }
}

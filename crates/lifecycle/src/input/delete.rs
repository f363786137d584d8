//! Delete: deleted once no channel holds it, gone.

use super::{Input, InputState};
use crate::step::Waiting;
use crate::{Patience, Resource, Step};

/// What Delete can do to an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// DeleteInput.
    Delete,
}

/// The next step towards an input that is gone; `seen` is what DescribeInput shows.
///
/// An input stays ATTACHED until its channel is DELETED, which can take minutes after DeleteChannel.
#[must_use]
pub fn next(seen: Option<&Input>, patience: Patience) -> Step<Action> {
    let Some(input) = seen else {
        return Step::Finished;
    };
    let wait = |advice| {
        patience.wait(&Waiting {
            resource: &input.label(),
            state: input.state,
            goal: "being deleted",
            advice,
        })
    };
    match input.state {
        InputState::Deleted => Step::Finished,
        InputState::Detached => Step::Perform(Action::Delete),
        InputState::Attached => wait("delete the channel that it is attached to, then the stack"),
        InputState::Creating | InputState::Deleting => wait("delete the stack again to go on"),
    }
}

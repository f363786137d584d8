//! Delete: DeleteInput once no channel holds the input, until it is gone.

use super::{Attachment, InputState};
use crate::channel::Channel;
use crate::step::Waiting;
use crate::{Failure, Identity, Resource, Step};

const WAITING: Waiting =
    Waiting { goal: "being deleted", advice: "delete the stack again to go on" };
const NOT_OWNED: &str = "if it is this stack's, delete it in the MediaLive console; if not, retain this resource; then delete \
                         the stack again";

/// What Delete can do to an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// DeleteInput.
    Delete,
}

/// The next step towards an input that is gone.
///
/// An input stays ATTACHED until its channel is DELETED, which can take minutes after
/// DeleteChannel. So Delete waits, until the request's deadline (`accept` in
/// `lilo_custom_resource`); it fails at once if the channel is there to stay.
#[must_use]
pub fn next(identity: &Identity, seen: Option<&Attachment>) -> Step<Action> {
    let Some(Attachment { input, channel }) = seen else {
        return Step::Finished;
    };
    match input.state {
        InputState::Deleted => Step::Finished,
        InputState::Deleting => Step::Wait(WAITING),
        _ if !input.lilo_tags().belong_to(identity) => {
            let (resource, advice) = (input.label(), NOT_OWNED);
            Step::Failed(Failure::NotOwned { resource, advice })
        }
        InputState::Creating => Step::Wait(WAITING),
        InputState::Detached => Step::Perform(Action::Delete),
        InputState::Attached => match channel {
            Some(channel) if holds(channel, &input.id) => {
                let (resource, state) = (input.label(), channel.state.to_string());
                Step::Failed(Failure::InUse { resource, channel: channel.label(), state })
            }
            Some(_) | None => Step::Wait(WAITING),
        },
    }
}

/// Whether the channel will go on holding the input: it shows it, and is not being deleted.
fn holds(channel: &Channel, input_id: &str) -> bool {
    let shows_it = channel.input_ids.iter().any(|id| id == input_id);
    shows_it && !channel.is_gone() && !channel.lilo_tags().delete_has_begun()
}

//! Update in place: an input can be changed while its channel, if it has one, is idle.

use jiff::Timestamp;

use super::{Attachment, InputState, label};
use crate::channel::Phase;
use crate::step::Waiting;
use crate::{Failure, Identity, Resource, Step};

const WAITING: Waiting = Waiting { goal: "being updated", advice: "deploy again to go on" };
const NOT_OWNED: &str = "if it is this stack's, put both tags back as another loop of LILO's has them, then deploy again";

/// What an update still has to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// When it was requested.
    pub requested_at: Timestamp,
    /// Whether the new properties differ from the old ones, whatever MediaLive shows.
    pub changed: bool,
    /// Whether UpdateInput is still to be called.
    pub settings: bool,
    /// Whether tags are still to be set or removed.
    pub tags: bool,
}

/// What Update can do to an input, and to its channel meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the input's tag that says when the change was requested, which ends earlier requests.
    Claim,
    /// Set the channel's run-state tag, before it is stopped.
    RememberRunning,
    /// StopChannel.
    StopChannel,
    /// UpdateInput.
    UpdateSettings,
    /// CreateTags and DeleteTags of the input.
    UpdateTags,
    /// StartChannel.
    StartChannel,
    /// Remove the channel's run-state tag.
    ForgetRunning,
}

/// The next step towards input `id` as wanted.
///
/// The channel has to be idle while its input is edited (user guide, "Editing an input").
#[must_use]
pub fn next(
    identity: &Identity,
    id: &str,
    wanted: Wanted,
    seen: Option<&Attachment>,
) -> Step<Action> {
    let Some(Attachment { input, channel }) = seen.filter(|seen| !seen.is_gone()) else {
        let advice = "delete the stack and create it again";
        return Step::Failed(Failure::Vanished { resource: label(id), goal: WAITING.goal, advice });
    };
    let tags = input.lilo_tags();
    let resource = input.label();
    if !tags.belong_to(identity) {
        return Step::Failed(Failure::NotOwned { resource, advice: NOT_OWNED });
    }
    if tags.requested_after(wanted.requested_at) {
        return Step::Failed(Failure::Superseded { resource });
    }
    if input.state == InputState::Creating {
        return Step::Wait(WAITING);
    }
    if (wanted.changed || wanted.settings) && !tags.requested_at(wanted.requested_at) {
        return Step::Perform(Action::Claim);
    }
    let Some(channel) = channel else {
        // MediaLive shows an attachment and does not find its channel: taken for none, a channel
        // that was stopped for this update would never be started again.
        let contradicts = !input.attached_channels.is_empty();
        return if contradicts { Step::Wait(WAITING) } else { without_channel(wanted) };
    };
    let of_channel = channel.lilo_tags();
    if of_channel.delete_has_begun() && of_channel.name_stack_of(identity) {
        return Step::Failed(Failure::Superseded { resource: channel.label() });
    }
    let ran = of_channel.ran_before_update && of_channel.name_stack_of(identity);
    let pending = wanted.settings || wanted.tags;
    match channel.state.phase() {
        Phase::Changing if wanted.settings || ran => Step::Wait(WAITING),
        Phase::Live if wanted.settings && !of_channel.name_stack_of(identity) => {
            Step::Failed(Failure::ForeignChannel { resource, channel: channel.label() })
        }
        Phase::Live if wanted.settings && ran => Step::Perform(Action::StopChannel),
        Phase::Live if wanted.settings => Step::Perform(Action::RememberRunning),
        Phase::Idle if ran && !pending => Step::Perform(Action::StartChannel),
        Phase::Live if ran && !pending => Step::Perform(Action::ForgetRunning),
        Phase::Idle | Phase::Live | Phase::Changing | Phase::Failed | Phase::Gone => {
            without_channel(wanted)
        }
    }
}

/// The next step when no channel stands in the way.
fn without_channel(wanted: Wanted) -> Step<Action> {
    if wanted.settings {
        Step::Perform(Action::UpdateSettings)
    } else if wanted.tags {
        Step::Perform(Action::UpdateTags)
    } else {
        Step::Finished
    }
}

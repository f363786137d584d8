//! Update in place: stopped only if it has to be, and started again if it ran. The Update of its
//! input may stop the channel too (`input::update`).

use jiff::Timestamp;

use super::{Channel, ChannelClass, Phase, label};
use crate::step::Waiting;
use crate::{Failure, Identity, Resource, Step};

const WAITING: Waiting = Waiting { goal: "being updated", advice: "deploy again to go on" };
const ADVICE: &str = "delete the stack and create it again";
const NOT_OWNED: &str = "if it is this stack's, put both tags back as another loop of LILO's has them, then deploy again";

/// What an update still has to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// When it was requested.
    pub requested_at: Timestamp,
    /// Whether the new properties differ from the old ones. MediaLive may show the new ones all the
    /// same, as in a rollback of what it refused.
    pub changed: bool,
    /// The class that the channel is to have.
    pub class: ChannelClass,
    /// Whether UpdateChannel is still to be called.
    pub settings: Settings,
    /// Whether tags are still to be set or removed.
    pub tags: bool,
}

/// How far a change of the settings has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settings {
    /// The channel has them.
    Same,
    /// They differ, and MediaLive has not been asked whether it would accept them.
    Unchecked,
    /// They differ, and MediaLive would accept them, as far as it says.
    Checked,
}

/// What Update can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the tag that says when the update was requested, which ends earlier requests.
    Claim,
    /// UpdateChannel as a dry run: MediaLive refuses before anything is stopped.
    Validate,
    /// Set the tag that says that the settings are changing.
    MarkChanging,
    /// Before a stop: set the run-state tag, and mark the settings as changing if they differ.
    RememberRunning,
    /// StopChannel.
    Stop,
    /// UpdateChannelClass.
    UpdateClass,
    /// UpdateChannel.
    UpdateSettings,
    /// CreateTags and DeleteTags.
    UpdateTags,
    /// StartChannel.
    Start,
    /// Remove the run-state tag.
    ForgetRunning,
}

/// The next step towards channel `id` as wanted.
///
/// Only an idle channel can be updated (user guide, "Editing and deleting a channel"); tags can be
/// edited at any time. A channel that is idle before, as a person has stopped it, is not started.
/// The class changes first: UpdateChannel takes the destinations of the class that the channel has.
#[must_use]
pub fn next(identity: &Identity, id: &str, wanted: Wanted, seen: Option<&Channel>) -> Step<Action> {
    let (resource, goal) = (label(id), WAITING.goal);
    let Some(channel) = seen.filter(|seen| !seen.is_gone()) else {
        return Step::Failed(Failure::Vanished { resource, goal, advice: ADVICE });
    };
    let tags = channel.lilo_tags();
    if !tags.belong_to(identity) {
        return Step::Failed(Failure::NotOwned { resource, advice: NOT_OWNED });
    }
    if tags.delete_has_begun() || tags.requested_after(wanted.requested_at) {
        return Step::Failed(Failure::Superseded { resource });
    }
    let ran = tags.ran_before_update;
    let other_class = wanted.class != channel.class;
    let settings_changed = wanted.settings != Settings::Same;
    let needs_idle = settings_changed || other_class;
    let marked_if_needed = tags.settings_are_changing() || !settings_changed;
    let phase = channel.state.phase();
    if phase != Phase::Failed
        && (wanted.changed || needs_idle)
        && !tags.requested_at(wanted.requested_at)
    {
        return Step::Perform(Action::Claim);
    }
    match phase {
        Phase::Changing => Step::Wait(WAITING),
        // MediaLive updates an idle channel only; what a failed one accepts is not documented.
        Phase::Failed | Phase::Gone => {
            let state = channel.state.to_string();
            Step::Failed(Failure::UnexpectedState { resource, state, goal, advice: ADVICE })
        }
        Phase::Idle | Phase::Live if wanted.settings == Settings::Unchecked => {
            Step::Perform(Action::Validate)
        }
        Phase::Live if needs_idle && ran && marked_if_needed => Step::Perform(Action::Stop),
        Phase::Live if needs_idle => Step::Perform(Action::RememberRunning),
        Phase::Idle if other_class => Step::Perform(Action::UpdateClass),
        Phase::Idle if !marked_if_needed => Step::Perform(Action::MarkChanging),
        Phase::Idle if settings_changed => Step::Perform(Action::UpdateSettings),
        Phase::Idle | Phase::Live if wanted.tags => Step::Perform(Action::UpdateTags),
        Phase::Idle if ran => Step::Perform(Action::Start),
        Phase::Live if ran => Step::Perform(Action::ForgetRunning),
        Phase::Idle | Phase::Live => Step::Finished,
    }
}

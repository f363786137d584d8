//! Update in place: stopped only if it has to be, and back to the run state that it had.

use super::ChannelClass::Standard;
use super::{Channel, ChannelClass, Phase, label};
use crate::step::Waiting;
use crate::tags::{self, RunState};
use crate::{Failure, Patience, Resource, Step};

const GOAL: &str = "being updated";
const ADVICE: &str = "delete the stack and create it again";

/// What an update still has to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// When it was asked for, in seconds since 1970.
    pub asked: u64,
    /// Whether the new properties differ from the old ones. MediaLive may show the new ones all the same, as in a rollback of
    /// what it refused.
    pub changed: bool,
    /// The class that the channel is to have.
    pub class: ChannelClass,
    /// Whether UpdateChannel is still to be called.
    pub settings: Settings,
    /// Whether tags are still to be set or taken off.
    pub tags: bool,
    /// Whether AutoStart is on: a channel that LILO has never started is then started.
    pub auto_start: bool,
}

/// How far a change of the settings has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settings {
    /// The channel has them.
    Same,
    /// They differ, and MediaLive has not been asked what it thinks of them.
    Unchecked,
    /// They differ, and MediaLive would take them, as far as it says.
    Checked,
}

/// What Update can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// UpdateChannel as a dry run: what is refused is refused before anything is stopped.
    Validate,
    /// Set the tag that says when the update was asked for: what was asked for before is over.
    Claim,
    /// Set the tag that says that the settings are changing.
    MarkChanging,
    /// The same where they are, and the run-state tag, before the channel is stopped.
    RememberRunning,
    /// Set the run-state tag, before the channel is started as AutoStart was turned on.
    RememberIdle,
    /// StopChannel.
    Stop,
    /// UpdateChannelClass.
    UpdateClass,
    /// UpdateChannel, and the tag that says which settings the channel has.
    UpdateSettings,
    /// CreateTags and DeleteTags.
    UpdateTags,
    /// StartChannel.
    Start,
    /// Take the run-state tag off.
    ForgetRunState,
}

/// The next step towards channel `id` as wanted; `seen` is what DescribeChannel shows.
///
/// Only an idle channel can be updated (user guide, "Editing and deleting a channel"); tags can be edited at any time. A
/// channel that is idle before and after, as a person has stopped it, is not started. A start because of AutoStart is undone by
/// the rollback of the update that began it.
#[must_use]
pub fn next(id: &str, wanted: Wanted, seen: Option<&Channel>, patience: Patience) -> Step<Action> {
    let vanished =
        || Step::Failed(Failure::Vanished { resource: label(id), goal: GOAL, advice: ADVICE });
    let Some(channel) = seen else { return vanished() };
    if tags::are_off(&channel.tags) || tags::are_newer(&channel.tags, wanted.asked) {
        return Step::Failed(Failure::Superseded { resource: channel.label() });
    }
    let before = tags::run_state(&channel.tags);
    let begun = before == Some(RunState::Idle);
    // What an update has begun to start may have been stopped for its input since.
    let start = wanted.auto_start && (begun || tags::start_is_unwanted(&channel.tags));
    let started_in_vain = begun && !wanted.auto_start;
    let changing = tags::are_changing(&channel.tags);
    let same_class = wanted.class == channel.class;
    let differ = wanted.settings != Settings::Same;
    let unfit = differ || !same_class;
    match channel.state.phase() {
        Phase::Gone => vanished(),
        // MediaLive updates an idle channel only; what a failed one takes is not documented.
        Phase::Failed => Step::Failed(Failure::UnexpectedState {
            resource: channel.label(),
            state: channel.state.to_string(),
            goal: GOAL,
            advice: ADVICE,
        }),
        Phase::Idle | Phase::Live | Phase::Changing
            if (wanted.changed || unfit) && !tags::are_claimed(&channel.tags, wanted.asked) =>
        {
            Step::Perform(Action::Claim)
        }
        Phase::Changing => patience.wait(&Waiting {
            resource: &channel.label(),
            state: channel.state,
            goal: GOAL,
            advice: "deploy again to go on",
        }),
        // On the way down the settings do not fit the class that it still has.
        Phase::Idle | Phase::Live
            if wanted.settings == Settings::Unchecked
                && (same_class || wanted.class == Standard) =>
        {
            Step::Perform(Action::Validate)
        }
        Phase::Live if started_in_vain => Step::Perform(Action::Stop),
        Phase::Live if unfit => {
            let remembered = before == Some(RunState::Running) && (changing || !differ);
            Step::Perform(if remembered { Action::Stop } else { Action::RememberRunning })
        }
        Phase::Idle if unfit => Step::Perform(change(wanted, channel.class, changing)),
        Phase::Idle if start && before.is_none() => Step::Perform(Action::RememberIdle),
        // The start comes before the tag that says it is done: cut off in between, the next delivery still starts it.
        Phase::Idle if start => Step::Perform(Action::Start),
        Phase::Idle | Phase::Live if wanted.tags => Step::Perform(Action::UpdateTags),
        Phase::Idle if before == Some(RunState::Running) => Step::Perform(Action::Start),
        Phase::Idle | Phase::Live if before.is_some() => Step::Last(Action::ForgetRunState),
        Phase::Idle | Phase::Live => Step::Finished,
    }
}

/// Class and settings, in an order that MediaLive accepts: an input of the single class cannot stay attached to a channel that
/// becomes STANDARD, while one that becomes SINGLE_PIPELINE plays inputs of either class (user guide, "Class for channels and
/// inputs"). So the input comes first on the way up, and last on the way down.
fn change(wanted: Wanted, class: ChannelClass, changing: bool) -> Action {
    let input_first = wanted.class == Standard && wanted.settings != Settings::Same;
    if wanted.class != class && !input_first {
        Action::UpdateClass
    } else if changing {
        Action::UpdateSettings
    } else {
        Action::MarkChanging
    }
}

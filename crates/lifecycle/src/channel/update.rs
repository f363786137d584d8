//! Update in place: stopped only if it has to be, and back to the run state that it had.

use super::ChannelClass::Standard;
use super::{Channel, ChannelClass, Phase, label};
use crate::step::Waiting;
use crate::{Failure, Patience, Resource, Step, tags};

const GOAL: &str = "being updated";

/// What an update still has to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// When it was asked for, in seconds since 1970.
    pub asked: u64,
    /// The class that the channel is to have.
    pub class: ChannelClass,
    /// Whether UpdateChannel is still to be called.
    pub settings: Settings,
    /// Whether tags are still to be set or taken off.
    pub tags: bool,
    /// Whether AutoStart was turned on, as its tag shows: the channel is then started, whatever it did before.
    pub start: bool,
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
    /// Set the tags that say that the settings are changing, and when that was asked for.
    MarkChanging,
    /// The same, and the run-state tag, before the channel is stopped.
    RememberRunning,
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
    ForgetRunning,
}

/// The next step towards channel `id` as wanted; `seen` is what DescribeChannel shows.
///
/// Only an idle channel can be updated (user guide, "Editing and deleting a channel"); tags can be edited at any time. A
/// channel that is idle before and after, as a person has stopped it, is not started.
#[must_use]
pub fn next(id: &str, wanted: Wanted, seen: Option<&Channel>, patience: Patience) -> Step<Action> {
    let vanished = || Step::Failed(Failure::Vanished { resource: label(id), goal: GOAL });
    let Some(channel) = seen else { return vanished() };
    if tags::are_off(&channel.tags) || tags::are_newer(&channel.tags, wanted.asked) {
        return Step::Failed(Failure::Superseded { resource: channel.label() });
    }
    let remembered = tags::remember_running(&channel.tags);
    let changing = tags::are_changing(&channel.tags, wanted.asked);
    let same_class = wanted.class == channel.class;
    let differ = wanted.settings != Settings::Same;
    let unfit = differ || !same_class;
    match channel.state.phase() {
        Phase::Gone => vanished(),
        Phase::Changing => patience.wait(&Waiting {
            resource: &channel.label(),
            state: channel.state,
            goal: GOAL,
            advice: "deploy again to go on",
        }),
        // MediaLive updates an idle channel only; what a failed one takes is not documented.
        Phase::Failed => Step::Failed(Failure::UnexpectedState {
            resource: channel.label(),
            state: channel.state.to_string(),
            goal: GOAL,
        }),
        // On the way down the settings do not fit the class that it still has.
        Phase::Idle | Phase::Live
            if wanted.settings == Settings::Unchecked
                && (same_class || wanted.class == Standard) =>
        {
            Step::Perform(Action::Validate)
        }
        Phase::Live if unfit => Step::Perform(if remembered && (changing || !differ) {
            Action::Stop
        } else {
            Action::RememberRunning
        }),
        Phase::Idle if unfit => Step::Perform(change(wanted, channel.class, changing)),
        // The start comes before the tag that says it is done: cut off in between, the next delivery still starts it.
        Phase::Idle if wanted.start => Step::Perform(Action::Start),
        Phase::Idle | Phase::Live if wanted.tags => Step::Perform(Action::UpdateTags),
        Phase::Idle if remembered => Step::Perform(Action::Start),
        Phase::Live if remembered => Step::Perform(Action::ForgetRunning),
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

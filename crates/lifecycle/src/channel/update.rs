//! Update in place: stopped only if it has to be, and back to the run state that it had.

use super::{Channel, ChannelClass, Phase, label};
use crate::step::Waiting;
use crate::{Failure, Patience, Resource, Step, tags};

const GOAL: &str = "being updated";

/// What an update still has to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The class that the channel is to have.
    pub class: ChannelClass,
    /// Whether UpdateChannel is still to be called.
    pub settings: bool,
    /// Whether tags are still to be set or taken off.
    pub tags: bool,
    /// Whether AutoStart was turned on, as its tag shows: the channel is then started, whatever it did before.
    pub start: bool,
}

/// What Update can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the run-state tag, before anything is stopped.
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
    let remembered = tags::remember_running(&channel.tags);
    let same_class = wanted.class == channel.class;
    let unfit = wanted.settings || !same_class;
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
        Phase::Idle if unfit => {
            Step::Perform(if same_class { Action::UpdateSettings } else { Action::UpdateClass })
        }
        Phase::Live if unfit => {
            Step::Perform(if remembered { Action::Stop } else { Action::RememberRunning })
        }
        // The start comes before the tag that says it is done: cut off in between, the next delivery still starts it.
        Phase::Idle if wanted.start => Step::Perform(Action::Start),
        Phase::Idle | Phase::Live if wanted.tags => Step::Perform(Action::UpdateTags),
        Phase::Idle if remembered => Step::Perform(Action::Start),
        Phase::Live if remembered => Step::Perform(Action::ForgetRunning),
        Phase::Idle | Phase::Live => Step::Finished,
    }
}

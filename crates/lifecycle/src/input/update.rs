//! Update in place: an input can be changed while its channel, if it has one, is idle.

use super::{Input, InputState, label};
use crate::channel::{Channel, Phase};
use crate::step::Waiting;
use crate::tags::{self, RunState, Tags};
use crate::{Failure, Patience, Resource, Step};

const GOAL: &str = "being updated";
const ADVICE: &str = "delete the stack and create it again";

/// An input and the channel that it is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The input.
    pub input: Input,
    /// Its channel, if there is one.
    pub channel: Option<Channel>,
}

impl Resource for Attachment {
    fn label(&self) -> String {
        self.input.label()
    }

    fn state_name(&self) -> String {
        let channel =
            self.channel.as_ref().map(|channel| format!(", its channel {}", channel.state));
        format!("{}{}", self.input.state, channel.unwrap_or_default())
    }

    fn id(&self) -> &str {
        &self.input.id
    }

    fn tags(&self) -> &Tags {
        &self.input.tags
    }
}

/// What an update still has to bring about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// When it was asked for, in seconds since 1970.
    pub asked: u64,
    /// Whether the new properties differ from the old ones, whatever MediaLive shows.
    pub changed: bool,
    /// Whether UpdateInput is still to be called.
    pub settings: bool,
    /// Whether tags are still to be set or taken off.
    pub tags: bool,
}

/// What Update can do to an input, and to its channel meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the input's tag that says when the change was asked for: what was asked for before is over.
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
    /// Take the channel's run-state tag off.
    ForgetRunning,
}

/// The next step towards input `id` as wanted; `seen` is what MediaLive shows.
///
/// The channel has to be idle while its input is edited (user guide, "Editing an input").
#[must_use]
pub fn next(
    id: &str,
    wanted: Wanted,
    seen: Option<&Attachment>,
    patience: Patience,
) -> Step<Action> {
    let vanished =
        || Step::Failed(Failure::Vanished { resource: label(id), goal: GOAL, advice: ADVICE });
    let wait = |resource: &dyn Resource| {
        patience.wait(&Waiting {
            resource: &resource.label(),
            state: resource.state_name(),
            goal: GOAL,
            advice: "deploy again to go on",
        })
    };
    let Some(Attachment { input, channel }) = seen else { return vanished() };
    match input.state {
        InputState::Deleting | InputState::Deleted => return vanished(),
        InputState::Creating => return wait(input),
        InputState::Detached | InputState::Attached => {}
    }
    if tags::are_newer(&input.tags, wanted.asked) {
        return Step::Failed(Failure::Superseded { resource: input.label() });
    }
    if (wanted.changed || wanted.settings) && !tags::are_claimed(&input.tags, wanted.asked) {
        return Step::Perform(Action::Claim);
    }
    let Some(channel) = channel else { return unattached(wanted) };
    if tags::are_off(&channel.tags) {
        return Step::Failed(Failure::Superseded { resource: channel.label() });
    }
    let before = tags::run_state(&channel.tags);
    let remembered = before == Some(RunState::Running);
    let pending = wanted.settings || wanted.tags;
    match channel.state.phase() {
        Phase::Changing if wanted.settings || remembered => wait(channel),
        Phase::Live if wanted.settings && !tags::share_a_stack(&input.tags, &channel.tags) => {
            Step::Failed(Failure::Foreign { resource: input.label(), channel: channel.label() })
        }
        // What AutoStart has started in an update that is not over is for the channel's own Update to start again, or not.
        Phase::Live if wanted.settings => Step::Perform(if before.is_some() {
            Action::StopChannel
        } else {
            Action::RememberRunning
        }),
        Phase::Idle if remembered && !pending => Step::Perform(Action::StartChannel),
        Phase::Live if remembered && !pending => Step::Last(Action::ForgetRunning),
        Phase::Idle | Phase::Live | Phase::Changing | Phase::Failed | Phase::Gone => {
            unattached(wanted)
        }
    }
}

/// The next step when no channel stands in the way.
fn unattached(wanted: Wanted) -> Step<Action> {
    if wanted.settings {
        Step::Perform(Action::UpdateSettings)
    } else if wanted.tags {
        Step::Perform(Action::UpdateTags)
    } else {
        Step::Finished
    }
}

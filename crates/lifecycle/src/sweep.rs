//! The sweep, every quarter of an hour: starts what no event started, and stops what has run for long enough.

use jiff::Timestamp;

use crate::channel::{Channel, ChannelState, Phase};
use crate::tags::{self, AUTO_START, AutoStart, STOP_AT};
use crate::{Patience, Step};

/// What the sweep can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// StartChannel.
    Start,
    /// Set the start tag to `done`.
    MarkDone,
    /// Set the tag that says when to stop it: the event that should have done so got lost.
    SetStopAt(Timestamp),
    /// StopChannel.
    Stop,
    /// Take that tag off: it does not run any more, or may run for ever.
    ClearStopAt,
}

/// The next step for a channel at `now`; `seen` is what MediaLive shows, in a list or by itself.
///
/// What is on its way to another state is left to the next sweep, and what is being deleted to Delete.
#[must_use]
pub fn next(seen: Option<&Channel>, now: Timestamp, _patience: Patience) -> Step<Action> {
    let Some(channel) = seen.filter(|channel| tags::are_ours(&channel.tags)) else {
        return Step::Finished;
    };
    let off = AutoStart::Off.as_str();
    if channel.tags.get(AUTO_START).is_some_and(|value| value == off) {
        return Step::Finished;
    }
    if tags::want_start(&channel.tags) {
        match channel.state.phase() {
            Phase::Idle => return Step::Perform(Action::Start),
            Phase::Live => return Step::Perform(Action::MarkDone),
            Phase::Changing | Phase::Failed | Phase::Gone => {}
        }
    }
    stop(channel, now).map_or(Step::Finished, Step::Perform)
}

/// What the guard asks for.
fn stop(channel: &Channel, now: Timestamp) -> Option<Action> {
    let tagged = channel.tags.contains_key(STOP_AT);
    let hours = tags::stop_after(&channel.tags);
    match channel.state.phase() {
        Phase::Live => match (hours, tags::stop_at(&channel.tags)) {
            (None, _) => tagged.then_some(Action::ClearStopAt),
            (Some(hours), None) => now.checked_add(hours).ok().map(Action::SetStopAt),
            (Some(_), Some(due)) => (due <= now).then_some(Action::Stop),
        },
        Phase::Idle => tagged.then_some(Action::ClearStopAt),
        Phase::Changing => {
            let stopping = channel.state == ChannelState::Stopping;
            (stopping && tagged).then_some(Action::ClearStopAt)
        }
        Phase::Failed | Phase::Gone => None,
    }
}

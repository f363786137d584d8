//! The sweep, every quarter of an hour: starts what no event started, and stops what has run for long enough.

use jiff::Timestamp;

use crate::channel::{Channel, Phase};
use crate::{Step, guard, tags};

/// What the sweep can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// StartChannel.
    Start,
    /// Set the start tag to `done`.
    MarkDone,
    /// Set the tag that says since when it runs: the event that should have done so got lost.
    SetRunningSince(Timestamp),
    /// StopChannel.
    Stop,
    /// Take that tag off: it does not run any more.
    ClearRunningSince,
}

/// The next step for a channel at `now`; `seen` is what MediaLive shows, in a list or by itself.
///
/// What is on its way to another state is left to the next sweep, and what is being deleted to Delete; but as that may have failed,
/// it is stopped when its time is over.
#[must_use]
pub fn next(seen: Option<&Channel>, now: Timestamp) -> Step<Action> {
    let Some(channel) = seen.filter(|channel| tags::are_ours(&channel.tags)) else {
        return Step::Finished;
    };
    if tags::are_off(&channel.tags) {
        let stopped = stop(channel, now).filter(|it| *it == Action::Stop);
        return stopped.map_or(Step::Finished, Step::Perform);
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

/// What the guard asks for. A channel that is STARTING may carry the time of the run before: it is left alone.
fn stop(channel: &Channel, now: Timestamp) -> Option<Action> {
    if guard::is_over(channel) {
        return Some(Action::ClearRunningSince);
    }
    if !guard::runs(channel) {
        return None;
    }
    if tags::running_since(&channel.tags).is_none() {
        return Some(Action::SetRunningSince(now));
    }
    tags::stop_at(&channel.tags).is_some_and(|due| due <= now).then_some(Action::Stop)
}

//! Reconcile: a channel runs, and stops, as its tags say. The starter runs this for one channel at
//! an event and for all of them at the sweep.

use jiff::Timestamp;

use super::{Channel, ChannelState};
use crate::step::Waiting;
use crate::tags::RUNNING_SINCE;
use crate::{LiloTags, Step};

const WAITING: Waiting =
    Waiting { goal: "being started", advice: "start it in MediaLive's console once it is IDLE" };

/// When the starter looks at a channel, and what the event told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The time by the starter's own clock: nobody else's moves a stop.
    pub now: Timestamp,
    /// When the whole channel stopped, if the event says so.
    pub stopped_at: Option<Timestamp>,
}

/// What the starter can do to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// StartChannel.
    Start,
    /// Set the start tag to `done`: somebody has started the channel.
    MarkStarted,
    /// Set the tag that says since when the channel runs.
    SetRunningSince(Timestamp),
    /// Remove that tag: the next start begins the time anew.
    ClearRunningSince,
    /// StopChannel.
    Stop,
}

/// The next step for a channel.
///
/// The tags and the state decide, so a repeated, late or foreign event finds nothing to do. An
/// event says one thing that they cannot: a channel that stopped at a time does not run since
/// before it, though it may show RUNNING again.
#[must_use]
pub fn next(seen: Option<&Channel>, look: Look) -> Step<Action> {
    use ChannelState as S;
    let Some(channel) = seen else {
        return Step::Finished;
    };
    let tags = channel.lilo_tags();
    if !tags.name_a_stack() {
        return Step::Finished;
    }
    match channel.state {
        S::Idle | S::Starting | S::Stopping if channel.tags.contains_key(RUNNING_SINCE) => {
            Step::Perform(Action::ClearRunningSince)
        }
        // An Update has stopped it, and starts it again.
        S::Idle if tags.ran_before_update => Step::Finished,
        S::Idle if tags.start_is_wanted() => Step::Perform(Action::Start),
        S::Starting | S::Running | S::Recovering | S::Stopping if tags.start_is_wanted() => {
            Step::Perform(Action::MarkStarted)
        }
        S::Creating | S::Updating if tags.start_is_wanted() => Step::Wait(WAITING),
        S::Running | S::Recovering => running(&tags, look),
        S::Idle
        | S::Starting
        | S::Stopping
        | S::Creating
        | S::Updating
        | S::CreateFailed
        | S::UpdateFailed
        | S::Deleting
        | S::Deleted => Step::Finished,
    }
}

/// The next step for a channel that runs, also if its Delete has begun and failed. Its time stays
/// when it recovers: a channel with fault after fault would otherwise run for ever. A time that is
/// set counts from now: an event may be of an earlier run.
fn running(tags: &LiloTags<'_>, look: Look) -> Step<Action> {
    let stopped_at = look.stopped_at.map_or(Timestamp::MIN, |time| time.min(look.now));
    match tags.running_since.filter(|since| *since >= stopped_at) {
        None => Step::Perform(Action::SetRunningSince(look.now)),
        Some(_) if tags.is_due(look.now) => Step::Perform(Action::Stop),
        Some(_) => Step::Finished,
    }
}

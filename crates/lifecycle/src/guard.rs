//! The cost guard, when a channel begins to run: until when it may.

use jiff::Timestamp;

use crate::channel::{Channel, Phase};
use crate::{Patience, Step, tags};

/// What the guard can do to a channel that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Set the tag that says when the sweep stops it.
    SetStopAt(Timestamp),
}

/// The next step for a channel that an event says has run since `began`; `seen` is what DescribeChannel shows.
///
/// Whoever started it, the time begins anew with each start. It never becomes shorter: events come late and more than once.
#[must_use]
pub fn next(seen: Option<&Channel>, began: Timestamp, _patience: Patience) -> Step<Action> {
    let Some(channel) = seen.filter(|channel| tags::are_ours(&channel.tags)) else {
        return Step::Finished;
    };
    let due = tags::stop_after(&channel.tags).and_then(|hours| began.checked_add(hours).ok());
    match (channel.state.phase(), due) {
        (Phase::Live, Some(due)) if tags::stop_at(&channel.tags).is_none_or(|set| set < due) => {
            Step::Perform(Action::SetStopAt(due))
        }
        (Phase::Idle | Phase::Live | Phase::Changing | Phase::Failed | Phase::Gone, _) => {
            Step::Finished
        }
    }
}

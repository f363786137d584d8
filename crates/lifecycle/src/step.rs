//! What a decision answers, and how long waiting may take.

use std::fmt;
use std::time::Duration;

use crate::tags::Tags;

/// A MediaLive resource in the words of logs and errors.
pub trait Resource {
    /// Kind and id, such as `channel 1234567`.
    fn label(&self) -> String;

    /// MediaLive's name of its state.
    fn state_name(&self) -> String;

    /// MediaLive's id of it.
    fn id(&self) -> &str;

    /// Its tags.
    fn tags(&self) -> &Tags;
}

/// The next step towards what was asked for; `A` is what can be done to the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<A> {
    /// Do this, then look again.
    Perform(A),
    /// Do this; nothing is left to do then, so that no look can go wrong any more.
    Last(A),
    /// Look again after this long.
    Wait(Duration),
    /// Nothing is left to do.
    Finished,
    /// It cannot be reached.
    Failed(Failure),
}

/// Why what was asked for cannot be reached. The texts end up in the stack's events: they say what a person can do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The resource is in a state that does not lead to the wanted one.
    #[error("{resource} is {state} while {goal}; {advice}")]
    UnexpectedState {
        /// Kind and id, such as `channel 1234567`.
        resource: String,
        /// MediaLive's name of the state.
        state: String,
        /// What was going on, such as `being created`.
        goal: &'static str,
        /// What the person can do about it.
        advice: &'static str,
    },
    /// The resource went away meanwhile.
    #[error("{resource} was deleted while {goal}; {advice}")]
    Vanished {
        /// Kind and id.
        resource: String,
        /// What was going on.
        goal: &'static str,
        /// What the person can do about it.
        advice: &'static str,
    },
    /// CloudFormation has asked for something else since.
    #[error("{resource} is being changed or deleted by a later request; this one is over")]
    Superseded {
        /// Kind and id.
        resource: String,
    },
    /// A channel that is not the stack's would have to be stopped.
    #[error("{channel}, which plays {resource}, is not this stack's; stop it, then deploy again")]
    Foreign {
        /// Kind and id of the input.
        resource: String,
        /// Kind and id of the channel.
        channel: String,
    },
    /// The time for it is used up.
    #[error("{resource} is still {state} after {} s while {goal}; {advice}", .spent.as_secs())]
    OutOfTime {
        /// Kind and id.
        resource: String,
        /// MediaLive's name of the last state seen.
        state: String,
        /// What was going on.
        goal: &'static str,
        /// How long it was waited for.
        spent: Duration,
        /// What the person can do about it.
        advice: &'static str,
    },
}

/// How long something has taken so far, how long it may take, and how often to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Time since the work on the request began.
    pub spent: Duration,
    /// Time after which it fails.
    pub budget: Duration,
}

impl Patience {
    /// Between two looks at least this long.
    const SHORTEST_GAP: Duration = Duration::from_millis(500);
    /// Between two looks at most this long: MediaLive's own waiters look every 3 to 5 s (botocore, waiters-2.json).
    const LONGEST_GAP: Duration = Duration::from_secs(5);

    /// The gap to the next look: short at first, then a quarter of the time spent. An account has 20 calls a second for
    /// everything it does with MediaLive (user guide, "Quotas").
    #[must_use]
    pub fn gap(self) -> Duration {
        (self.spent / 4).clamp(Self::SHORTEST_GAP, Self::LONGEST_GAP)
    }

    /// Whether one more gap is within the budget.
    #[must_use]
    pub fn lasts(self) -> bool {
        self.spent + self.gap() <= self.budget
    }

    /// Waits for one more gap, or fails when that is more than the budget.
    pub(crate) fn wait<A>(self, waiting: &Waiting<'_, impl fmt::Display>) -> Step<A> {
        if self.lasts() {
            return Step::Wait(self.gap());
        }
        Step::Failed(Failure::OutOfTime {
            resource: waiting.resource.to_owned(),
            state: waiting.state.to_string(),
            goal: waiting.goal,
            spent: self.spent,
            advice: waiting.advice,
        })
    }
}

/// Whether what a Create has made shows by now. One "not found" says little of what was made a moment ago: nothing is made when
/// CloudFormation has waited for three minutes, and a minute later it has to be there.
pub(crate) fn shows(patience: Patience) -> bool {
    patience.spent >= Duration::from_secs(240)
}

/// What is being waited for, in the words of [`Failure::OutOfTime`].
pub(crate) struct Waiting<'a, S> {
    pub(crate) resource: &'a str,
    pub(crate) state: S,
    pub(crate) goal: &'static str,
    pub(crate) advice: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn gaps_grow_from_half_a_second_to_five() {
        let gap = |spent| Patience { spent, budget: 900 * SECOND }.gap();

        assert_eq!(gap(Duration::ZERO), Duration::from_millis(500));
        assert_eq!(gap(8 * SECOND), 2 * SECOND);
        assert_eq!(gap(600 * SECOND), 5 * SECOND);
    }

    #[test]
    fn waiting_ends_before_the_budget_does() {
        let wait = |spent| -> Step<()> {
            Patience { spent, budget: 60 * SECOND }.wait(&Waiting {
                resource: "input 1",
                state: "ATTACHED",
                goal: "being deleted",
                advice: "stop it",
            })
        };

        assert_eq!(wait(55 * SECOND), Step::Wait(5 * SECOND));
        let Step::Failed(failure) = wait(56 * SECOND) else { panic!("still waiting") };
        assert_eq!(
            failure.to_string(),
            "input 1 is still ATTACHED after 56 s while being deleted; stop it"
        );
    }
}

//! The next step, and why there is none.

use std::time::Duration;

use crate::tags::{LOGICAL_ID, STACK_ID, Tags};

/// A MediaLive resource, as the reconcile loop needs it.
pub trait Resource {
    /// Kind and id, such as `channel 1234567`.
    fn label(&self) -> String;

    /// MediaLive's name of its state.
    fn state_name(&self) -> String;

    /// MediaLive's id of it.
    fn id(&self) -> &str;

    /// Its tags.
    fn tags(&self) -> &Tags;

    /// Whether it is DELETING or DELETED.
    fn is_gone(&self) -> bool;

    /// How long it usually stays in its state; zero where nobody knows, or where the state does not
    /// end by itself. Only measurements on AWS, but for what is called a guess.
    fn usual_time(&self) -> Duration;
}

/// The next step towards what was requested; `A` is an action on the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<A> {
    /// Perform this action, then decide again.
    Perform(A),
    /// Look again later.
    Wait(Waiting),
    /// Nothing is left to do.
    Finished,
    /// The request fails.
    Failed(Failure),
}

/// What a resource is waited for, in the words of [`Failure::OutOfTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What is going on, such as `being created`.
    pub goal: &'static str,
    /// What a person can do if it takes too long.
    pub advice: &'static str,
}

/// Why a request fails. The texts are the reasons in the stack's events: what happened, and what a
/// person can do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The resource does not carry the tags of this stack and this logical id.
    #[error(
        "{resource} was not changed, because its tags {STACK_ID} and {LOGICAL_ID} do not say that it belongs to this \
         resource of this stack; {advice}"
    )]
    NotOwned {
        /// Kind and id, such as `channel 1234567`.
        resource: String,
        /// What a person can do about it.
        advice: &'static str,
    },
    /// The resource is in a state that does not lead to the wanted one.
    #[error("{resource} is {state} while {goal}; {advice}")]
    UnexpectedState {
        /// Kind and id.
        resource: String,
        /// MediaLive's name of the state.
        state: String,
        /// What was going on, such as `being created`.
        goal: &'static str,
        /// What a person can do about it.
        advice: &'static str,
    },
    /// The resource went away meanwhile.
    #[error("{resource} was deleted while {goal}; {advice}")]
    Vanished {
        /// Kind and id.
        resource: String,
        /// What was going on.
        goal: &'static str,
        /// What a person can do about it.
        advice: &'static str,
    },
    /// CloudFormation has requested something else since.
    #[error("a later request changes or deletes {resource}, so this one has ended")]
    Superseded {
        /// Kind and id.
        resource: String,
    },
    /// Another stack's channel, or nobody's, would have to be stopped.
    #[error(
        "{resource} cannot be changed while {channel} plays it, which is not this stack's; stop {channel}, then deploy again"
    )]
    ForeignChannel {
        /// Kind and id of the input.
        resource: String,
        /// Kind and id of the channel.
        channel: String,
    },
    /// A channel that is not going away holds the input.
    #[error(
        "{resource} cannot be deleted, because {channel} ({state}) plays it and is not being deleted; delete {channel}, or \
         give it another input, then delete the stack again"
    )]
    InUse {
        /// Kind and id of the input.
        resource: String,
        /// Kind and id of the channel.
        channel: String,
        /// MediaLive's name of the channel's state.
        state: String,
    },
    /// There is no time left.
    #[error("{resource} is still {state} after {} s while {goal}; {advice}", .age.as_secs())]
    OutOfTime {
        /// Kind and id.
        resource: String,
        /// MediaLive's name of the last state seen.
        state: String,
        /// What was going on.
        goal: &'static str,
        /// The age of the request.
        age: Duration,
        /// What a person can do about it.
        advice: &'static str,
    },
}

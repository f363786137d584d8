//! The reconcile loop (observe, decide, act, observe), Delete around it, and the retries inside it.

use std::fmt::Debug;
use std::time::Duration;

use lilo_lifecycle::step::Waiting;
use lilo_lifecycle::times::{LIST_GAP, NO_EFFECT_AFTER, ROLE_PROPAGATION};
use lilo_lifecycle::{Failure, Resource, Step, chain};
use lilo_medialive::{Error as MediaLiveError, found};

use crate::deadline::{Gaps, jittered};
use crate::{Deadline, Error};

/// Takes a resource to where `decide` is finished with it, and returns what MediaLive showed last.
///
/// `known` is what it has just shown, if anything. `decide` gets what it shows, and the age of the
/// request. `act` returns the resource as it is after the action, where MediaLive's answer says so:
/// that counts as a look. After an action without a clear outcome (a conflict, a throttled or lost
/// call, a resource that is gone) the next look decides.
///
/// # Errors
/// What `decide` fails with; a refusal; at the deadline, the last error.
pub async fn reconcile<R: Resource, A: Copy + Debug + PartialEq>(
    deadline: &Deadline,
    known: Option<R>,
    observe: impl AsyncFn() -> Result<R, MediaLiveError>,
    decide: impl Fn(Option<&R>, Duration) -> Step<A>,
    act: impl AsyncFn(A, &R) -> Result<Option<R>, MediaLiveError>,
) -> Result<Option<R>, Error> {
    let may_be_a_new_role = MediaLiveError::is_about_trust;
    reconcile_with(may_be_a_new_role, deadline, known, observe, decide, act).await
}

/// The same, with what a new role explains.
pub(crate) async fn reconcile_with<R: Resource, A: Copy + Debug + PartialEq>(
    may_be_a_new_role: MayBeANewRole,
    deadline: &Deadline,
    mut known: Option<R>,
    observe: impl AsyncFn() -> Result<R, MediaLiveError>,
    decide: impl Fn(Option<&R>, Duration) -> Step<A>,
    act: impl AsyncFn(A, &R) -> Result<Option<R>, MediaLiveError>,
) -> Result<Option<R>, Error> {
    let mut accepted: Option<Accepted<A>> = None;
    let mut role = None;
    let mut in_state = (String::new(), Gaps::from_now());
    loop {
        let seen = match known.take() {
            Some(resource) => Some(resource),
            None => found(retry(deadline, may_be_a_new_role, &observe).await)?,
        };
        let state = seen.as_ref().map_or_else(|| "not found".to_owned(), Resource::state_name);
        if in_state.0 != state {
            let usual = seen.as_ref().map(Resource::usual_time).unwrap_or_default();
            in_state = (state.clone(), Gaps::until_usual(usual));
        }
        let gap = in_state.1.next();
        let (action, resource) = match (decide(seen.as_ref(), deadline.age()), &seen) {
            (Step::Finished, _) => {
                tracing::info!(state, "finished");
                return Ok(seen);
            }
            (Step::Failed(failure), _) => return Err(failure.into()),
            (Step::Wait(waiting), _) => {
                tracing::info!(state, "waiting");
                if !deadline.pause(gap).await {
                    return Err(out_of_time(waiting, seen.as_ref(), state, deadline.age()));
                }
                continue;
            }
            (Step::Perform(action), Some(resource)) => (action, resource),
            (Step::Perform(action), None) => {
                unreachable!("{action:?} of a resource that is not there")
            }
        };
        accepted = accepted.filter(|it| it.action == action);
        if let Some(it) = &mut accepted {
            if it.until.has_passed() {
                return Err(Error::NoEffect { resource: resource.label(), state });
            }
            if !it.waited {
                it.until.pause(it.gaps.next()).await;
                it.waited = true;
                continue;
            }
        }
        tracing::info!(state, ?action, "acting");
        match deadline.call(async || act(action, resource).await).await {
            Ok(after) => {
                // An answer without tags would read as another stack's.
                known = after.filter(|it| !it.tags().is_empty());
                let until = deadline.at_most(NO_EFFECT_AFTER);
                let first = Accepted { action, until, gaps: Gaps::from_now(), waited: false };
                accepted = Some(Accepted { waited: false, ..accepted.unwrap_or(first) });
            }
            Err(error) if error.is_throttled() && !deadline.has_passed() => {
                tracing::warn!(error = chain(&error), "looking again in turn");
            }
            Err(error) if error.may_pass() && deadline.pause(gap).await => {
                tracing::warn!(error = chain(&error), "looking again");
            }
            Err(error)
                if may_be_a_new_role(&error)
                    && role_may_come(&error, deadline, &mut role).await => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// An action that MediaLive accepted, and how long its effect may take to show. It is repeated after
/// a gap and a new look: the resource may have changed meanwhile.
struct Accepted<A> {
    action: A,
    until: Deadline,
    gaps: Gaps,
    waited: bool,
}

fn out_of_time<R: Resource>(
    Waiting { goal, advice }: Waiting,
    seen: Option<&R>,
    state: String,
    age: Duration,
) -> Error {
    let resource = seen.map_or_else(|| "the resource".to_owned(), Resource::label);
    Failure::OutOfTime { resource, state, goal, age, advice }.into()
}

/// Deletes a resource with [`reconcile()`]. "Not found" counts once the resource is not listed
/// either: believed wrongly, it would leave the resource, and its costs, for ever.
///
/// # Errors
/// See [`reconcile()`]; [`Error::Contradiction`].
pub async fn delete<R: Resource, L: Resource, A: Copy + Debug + PartialEq>(
    deadline: &Deadline,
    listed: impl AsyncFn() -> Result<Option<L>, MediaLiveError>,
    observe: impl AsyncFn() -> Result<R, MediaLiveError>,
    decide: impl Fn(Option<&R>) -> Step<A>,
    act: impl AsyncFn(A, &R) -> Result<Option<R>, MediaLiveError>,
) -> Result<(), Error> {
    let decide = |seen: Option<&R>, _| decide(seen);
    while reconcile(deadline, None, &observe, decide, &act).await?.is_none() {
        let Some(listed) = listed().await? else { break };
        if !deadline.pause(jittered(LIST_GAP)).await {
            return Err(Error::Contradiction(listed.label()));
        }
    }
    Ok(())
}

/// Calls MediaLive until it answers: throttled calls and calls without an answer are repeated.
///
/// # Errors
/// A refusal or conflict at once, but for a role that is not trusted yet; at the deadline, the last
/// error.
pub async fn retry_until_answered<T>(
    deadline: &Deadline,
    call: impl AsyncFn() -> Result<T, MediaLiveError>,
) -> Result<T, MediaLiveError> {
    retry(deadline, MediaLiveError::is_about_trust, call).await
}

/// Whether a new role explains an error, so that it is worth calling again.
pub(crate) type MayBeANewRole = fn(&MediaLiveError) -> bool;

/// Calls again while a new role explains the error. `call` keeps its own gap between calls.
pub(crate) async fn retry_until_allowed<T>(
    deadline: &Deadline,
    call: impl AsyncFn() -> Result<T, MediaLiveError>,
) -> Result<T, MediaLiveError> {
    let mut role = None;
    loop {
        match call().await {
            Err(error)
                if error.may_be_a_new_role()
                    && role_may_come(&error, deadline, &mut role).await => {}
            answer => return answer,
        }
    }
}

/// Calls MediaLive in turn, until it answers.
pub(crate) async fn retry<T>(
    deadline: &Deadline,
    may_be_a_new_role: MayBeANewRole,
    call: impl AsyncFn() -> Result<T, MediaLiveError>,
) -> Result<T, MediaLiveError> {
    let (gaps, mut role) = (Gaps::from_now(), None);
    loop {
        match deadline.call_in_turn(&call).await {
            Err(error) if error.is_throttled() && !deadline.has_passed() => {
                tracing::warn!(error = chain(&error), "calling again in turn");
            }
            Err(error) if error.is_retryable() && deadline.pause(gaps.next()).await => {
                tracing::warn!(error = chain(&error), "calling again");
            }
            Err(error)
                if may_be_a_new_role(&error)
                    && role_may_come(&error, deadline, &mut role).await => {}
            answer => return answer,
        }
    }
}

/// Whether it is worth calling again after an error that a new role explains; a gap has passed then.
/// `since` keeps the time that is left for that, from the first such error on.
async fn role_may_come(
    error: &MediaLiveError,
    deadline: &Deadline,
    since: &mut Option<(Deadline, Gaps)>,
) -> bool {
    let begin = || (deadline.at_most(ROLE_PROPAGATION), Gaps::from_now());
    tracing::warn!(error = chain(error), "waiting for the role");
    let (until, gaps) = since.get_or_insert_with(begin);
    until.pause(gaps.next()).await
}

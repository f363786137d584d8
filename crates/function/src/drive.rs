//! The ring around a decision: look, decide, do, look again.

use std::fmt::Debug;
use std::time::Duration;

use lilo_lifecycle::{Patience, Resource, Step, chain};
use lilo_medialive::{Error as MediaLiveError, found};
use tokio::time::sleep;

use crate::{Budget, Error};

/// What was done shows within seconds; what does not show for this long has no effect.
const EFFECT: Duration = Duration::from_secs(300);

/// Takes a resource to where `decide` is finished with it, and returns what MediaLive showed last.
///
/// After an action whose outcome is not clear (a conflict, a throttled or lost call, a resource that is gone) the next
/// look decides, within `budget`; so it does when MediaLive does not show yet what was done.
///
/// # Errors
/// What `decide` fails with; a refusal; with the budget used up, the last error.
pub async fn drive<R: Resource, A: Copy + Debug + PartialEq>(
    budget: Budget,
    observe: impl AsyncFn() -> Result<R, MediaLiveError>,
    decide: impl Fn(Option<&R>, Patience) -> Step<A>,
    perform: impl AsyncFn(A, &R) -> Result<(), MediaLiveError>,
) -> Result<Option<R>, Error> {
    let mut done: Option<(A, Budget)> = None;
    let role = budget.at_most(ROLE);
    loop {
        let seen = match found(observe().await) {
            Err(error) if error.is_passing() && budget.wait().await => {
                tracing::warn!(error = chain(&error), "looked again");
                continue;
            }
            seen => seen?,
        };
        let state = seen.as_ref().map_or_else(|| "not found".to_owned(), Resource::state_name);
        match (decide(seen.as_ref(), budget.patience()), &seen) {
            (Step::Finished, _) => {
                tracing::info!(state, "finished");
                return Ok(seen);
            }
            (Step::Failed(failure), _) => return Err(failure.into()),
            (Step::Wait(gap), _) => {
                tracing::info!(state, ?gap, "waiting");
                sleep(gap).await;
            }
            (Step::Perform(action), Some(resource)) => {
                done = done.filter(|(last, _)| *last == action);
                if let Some((_, effect)) = done
                    && !effect.wait().await
                {
                    return Err(Error::NoEffect { resource: resource.label(), state });
                }
                tracing::info!(state, ?action, "performing");
                match perform(action, resource).await {
                    Err(error) if error.is_passing() && budget.wait().await => {
                        tracing::warn!(error = chain(&error), "looked again");
                    }
                    Err(error) if error.is_about_trust() && role.wait().await => {
                        tracing::warn!(error = chain(&error), "trying again");
                    }
                    result => {
                        result?;
                        done = done.or(Some((action, budget.at_most(EFFECT))));
                    }
                }
            }
            (Step::Perform(_), None) => unreachable!("nothing can be done to what is not there"),
        }
    }
}

/// A Create makes something only while CloudFormation has waited for less than this. A Delete that finds nothing yet does not
/// look for longer than that (`search`), so that what is made after it is over cannot be.
pub(crate) const CREATE_WITHIN: Duration = Duration::from_secs(180);

/// Takes a resource away with [`drive`]. That it is not found has to be said twice: one wrong word would leave it, and what it
/// costs, for ever.
///
/// # Errors
/// See [`drive`].
pub async fn remove<R: Resource, A: Copy + Debug + PartialEq>(
    budget: Budget,
    observe: impl AsyncFn() -> Result<R, MediaLiveError>,
    decide: impl Fn(Option<&R>, Patience) -> Step<A>,
    perform: impl AsyncFn(A, &R) -> Result<(), MediaLiveError>,
) -> Result<(), Error> {
    for _ in 0..2 {
        if drive(budget, &observe, &decide, &perform).await?.is_some() {
            break;
        }
    }
    Ok(())
}

/// Creates a resource with `make`, repeated while it gets no clear answer: its token returns the same resource. Later than
/// three minutes after CloudFormation asked, only `find` is asked for what was made by then.
///
/// # Errors
/// A refusal or conflict at once; with the time used up, the last error; [`Error::Stale`] for a resource that is not what was
/// asked for; [`Error::TooLate`].
pub async fn create<R: Resource>(
    budget: Budget,
    find: impl AsyncFn() -> Result<Vec<R>, MediaLiveError>,
    make: impl AsyncFn() -> Result<R, MediaLiveError>,
    is_stale: impl Fn(&R) -> bool,
) -> Result<R, Error> {
    let within = budget.until(CREATE_WITHIN);
    if !within.patience().lasts() {
        let found = ask(budget, find).await?;
        return found.into_iter().find(|found| !is_stale(found)).ok_or(Error::TooLate);
    }
    let resource = ask(within, make).await?;
    if is_stale(&resource) { Err(Error::Stale(resource.label())) } else { Ok(resource) }
}

/// A role that was just made is not trusted everywhere at once; this long it is waited for (measured were 7 to 12 s).
const ROLE: Duration = Duration::from_secs(120);

/// Calls MediaLive until it gives a clear answer.
///
/// # Errors
/// A refusal or conflict at once, but for a role that is not trusted yet; with the budget used up, the last error.
pub async fn ask<T>(
    budget: Budget,
    call: impl AsyncFn() -> Result<T, MediaLiveError>,
) -> Result<T, MediaLiveError> {
    let role = budget.at_most(ROLE);
    loop {
        match call().await {
            Err(error) if error.is_unclear() && budget.wait().await => {
                tracing::warn!(error = chain(&error), "asking again");
            }
            Err(error) if error.is_about_trust() && role.wait().await => {
                tracing::warn!(error = chain(&error), "asking again");
            }
            answer => return answer,
        }
    }
}

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
    let mut trust = Trust::new(budget);
    loop {
        let seen = match found(observe().await) {
            Err(error) if error.is_passing() && budget.wait().await => {
                tracing::warn!(error = chain(&error), "looked again");
                continue;
            }
            seen => seen?,
        };
        let state = seen.as_ref().map_or_else(|| "not found".to_owned(), Resource::state_name);
        let step = decide(seen.as_ref(), budget.patience());
        let is_last = matches!(step, Step::Last(_));
        match (step, &seen) {
            (Step::Finished, _) => {
                tracing::info!(state, "finished");
                return Ok(seen);
            }
            (Step::Failed(failure), _) => return Err(failure.into()),
            (Step::Wait(gap), _) => {
                tracing::info!(state, ?gap, "waiting");
                sleep(gap).await;
            }
            (Step::Perform(action) | Step::Last(action), Some(resource)) => {
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
                    Err(error) if error.is_about_trust() && trust.wait().await => {
                        tracing::warn!(error = chain(&error), "trying again");
                    }
                    result => {
                        result?;
                        if is_last {
                            return Ok(seen);
                        }
                        done = done.or(Some((action, budget.at_most(EFFECT))));
                    }
                }
            }
            (Step::Perform(_) | Step::Last(_), None) => {
                unreachable!("nothing can be done to what is not there")
            }
        }
    }
}

/// Takes a resource away with [`drive`]. That it is not found is believed once it is not `listed` either: one wrong word would
/// leave it, and what it costs, for ever.
///
/// # Errors
/// See [`drive`]; [`Error::Contradiction`].
pub async fn remove<R: Resource, A: Copy + Debug + PartialEq>(
    budget: Budget,
    listed: impl AsyncFn() -> Result<Option<R>, MediaLiveError>,
    observe: impl AsyncFn() -> Result<R, MediaLiveError>,
    decide: impl Fn(Option<&R>, Patience) -> Step<A>,
    perform: impl AsyncFn(A, &R) -> Result<(), MediaLiveError>,
) -> Result<(), Error> {
    while drive(budget, &observe, &decide, &perform).await?.is_none() {
        let Some(listed) = ask(budget, &listed).await? else { break };
        if !budget.wait().await {
            return Err(Error::Contradiction(listed.label()));
        }
    }
    Ok(())
}

/// A role that was just made is not trusted everywhere at once; this long it is waited for (measured were 7 to 12 s).
const ROLE: Duration = Duration::from_secs(120);

/// The patience with such a role, from when it is first met.
struct Trust {
    budget: Budget,
    begun: Option<Budget>,
}

impl Trust {
    fn new(budget: Budget) -> Self {
        Self { budget, begun: None }
    }

    /// Waits for one gap, if there is time for it.
    async fn wait(&mut self) -> bool {
        self.begun.get_or_insert_with(|| self.budget.at_most(ROLE)).wait().await
    }
}

/// Calls MediaLive until it gives a clear answer.
///
/// # Errors
/// A refusal or conflict at once, but for a role that is not trusted yet; with the budget used up, the last error.
pub async fn ask<T>(
    budget: Budget,
    call: impl AsyncFn() -> Result<T, MediaLiveError>,
) -> Result<T, MediaLiveError> {
    let mut trust = Trust::new(budget);
    loop {
        match call().await {
            Err(error) if error.is_unclear() && budget.wait().await => {
                tracing::warn!(error = chain(&error), "asking again");
            }
            Err(error) if error.is_about_trust() && trust.wait().await => {
                tracing::warn!(error = chain(&error), "asking again");
            }
            answer => return answer,
        }
    }
}

//! The ring around a decision: look, decide, do, look again.

use std::fmt::Debug;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use lilo_lifecycle::{Patience, Resource, Step};
use lilo_medialive::{Error as MediaLiveError, found};
use tokio::time::{Instant, sleep};

use crate::Error;

/// Tokens that a creation is tried with before it is given up.
const CREATE_ATTEMPTS: u32 = 3;

/// Takes a resource to where `decide` is finished with it, and returns what MediaLive showed last.
///
/// After an action whose outcome is not clear (a conflict, a throttled or lost call, a resource that is gone) the next
/// look decides, within `budget`.
///
/// # Errors
/// What `decide` fails with; a refusal; with the budget used up, the last error.
pub async fn drive<R: Resource, A: Debug>(
    budget: Duration,
    observe: impl AsyncFn() -> Result<R, MediaLiveError>,
    decide: impl Fn(Option<&R>, Patience) -> Step<A>,
    perform: impl AsyncFn(A, &R) -> Result<(), MediaLiveError>,
) -> Result<Option<R>, Error> {
    let begun = Instant::now();
    loop {
        let patience = || Patience { spent: begun.elapsed(), budget };
        let seen = match found(observe().await) {
            Err(error) if error.is_passing() && patience().lasts() => {
                tracing::warn!(error = error.chain(), "looking again");
                sleep(patience().gap()).await;
                continue;
            }
            seen => seen?,
        };
        let state = seen.as_ref().map_or_else(|| "not found".to_owned(), Resource::state_name);
        match (decide(seen.as_ref(), patience()), &seen) {
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
                tracing::info!(state, ?action, "performing");
                match perform(action, resource).await {
                    Err(error) if error.is_passing() && patience().lasts() => {
                        tracing::warn!(error = error.chain(), "looking again");
                        sleep(patience().gap()).await;
                    }
                    done => done?,
                }
            }
            (Step::Perform(_), None) => unreachable!("nothing can be done to what is not there"),
        }
    }
}

/// Creates a resource with `make` (given the number of the attempt, from 0) until it returns one that is not stale.
///
/// A call without a clear answer is repeated: its token returns the same resource.
///
/// # Errors
/// A refusal or conflict at once; what stays unclear after five calls; [`Error::Stale`] after three tokens.
pub async fn create<R: Resource>(
    make: impl AsyncFn(u32) -> Result<R, MediaLiveError>,
    is_stale: impl Fn(&R) -> bool,
) -> Result<R, Error> {
    let mut attempt = 0;
    loop {
        let pauses = ExponentialBuilder::default().with_jitter().with_max_times(4);
        let resource = (|| make(attempt)).retry(pauses).when(MediaLiveError::is_unclear).await?;
        if !is_stale(&resource) {
            return Ok(resource);
        }
        tracing::warn!(resource = resource.label(), "made by an earlier request");
        attempt += 1;
        if attempt == CREATE_ATTEMPTS {
            return Err(Error::Stale(resource.label()));
        }
    }
}

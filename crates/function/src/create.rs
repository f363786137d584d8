//! Creation: once, however often the request is delivered.

use std::time::Duration;

use lilo_lifecycle::Resource;
use lilo_medialive::Error as MediaLiveError;

use crate::{Budget, Error, ask};

/// A Create makes something only while CloudFormation has waited for less than this. A Delete that finds nothing yet does not
/// look for longer than that (`search`), so that what is made after it is over cannot be.
pub const CREATE_WITHIN: Duration = Duration::from_secs(180);

/// A request that is older is not on its first delivery, or not in its first invocation: Lambda tries again after a minute. How
/// long MediaLive remembers a token is not documented, so what there is is looked for then.
const FIRST_DELIVERY: Duration = Duration::from_secs(30);

/// Creates a resource with `make`, repeated while it gets no clear answer: its token returns the same resource. When another
/// delivery of the request may have been first, `find` says what there is. Once CloudFormation has waited for `within`, nothing
/// is made any more.
///
/// # Errors
/// A refusal, and a conflict with something else, at once; with the time used up, the last error; [`Error::Stale`] for a
/// resource that is not what was asked for; [`Error::TooLate`].
pub async fn create<R: Resource>(
    budget: Budget,
    within: Duration,
    find: impl AsyncFn() -> Result<Vec<R>, MediaLiveError>,
    make: impl AsyncFn() -> Result<R, MediaLiveError>,
    is_stale: impl Fn(&R) -> bool,
) -> Result<R, Error> {
    let there = async || {
        let found = ask(budget, &find).await?;
        Ok::<_, Error>(found.into_iter().find(|found| !is_stale(found)))
    };
    if budget.patience().spent > FIRST_DELIVERY
        && let Some(found) = there().await?
    {
        return Ok(found);
    }
    let time = budget.until(within);
    if !time.patience().lasts() {
        return Err(Error::TooLate);
    }
    match ask(time, make).await {
        Ok(made) if is_stale(&made) => Err(Error::Stale(made.label())),
        Ok(made) => Ok(made),
        Err(error @ MediaLiveError::Conflict { .. }) => there().await?.ok_or(error.into()),
        Err(error) => Err(error.into()),
    }
}

//! Creation: once, however often the request is delivered.

use std::cell::Cell;
use std::time::Duration;

use lilo_lifecycle::{Resource, tags};
use lilo_medialive::Error as MediaLiveError;

use crate::{Budget, Error, ask};

/// A Create makes something only while CloudFormation has waited for less than this. A Delete that finds nothing yet does not
/// look for longer than that (`search`), so that what is made after it is over cannot be.
pub const CREATE_WITHIN: Duration = Duration::from_secs(180);

/// A request that is older is not on its first delivery, or not in its first invocation: Lambda tries again after a minute. How
/// long MediaLive remembers a token is not documented, so what there is is looked for then.
const FIRST_DELIVERY: Duration = Duration::from_secs(30);

/// What one delivery has made is taken to be listed to another within this time; MediaLive documents none.
const LISTED: Duration = Duration::from_secs(10);

/// Creates a resource with `make` for a request that was `asked` for then (in seconds since 1970), repeated while it gets no clear
/// answer: its token returns the same resource. When another delivery of the request may have been first, `find` says what there
/// is; what an earlier Create has left is not taken. Once CloudFormation has waited for `within`, nothing is made any more.
///
/// # Errors
/// A refusal at once, a conflict when `find` shows nothing for ten seconds, either as [`Error::Doubtful`] when a call before it had
/// no clear answer; with the time used up, the last error; [`Error::Stale`] for a resource that is not what was asked for;
/// [`Error::TooLate`].
pub async fn create<R: Resource>(
    budget: Budget,
    asked: u64,
    within: Duration,
    find: impl AsyncFn() -> Result<Vec<R>, MediaLiveError>,
    make: impl AsyncFn() -> Result<R, MediaLiveError>,
    is_stale: impl Fn(&R) -> bool,
) -> Result<R, Error> {
    let there = async || {
        let ours = |it: &R| tags::are_since(it.tags(), asked) && !is_stale(it);
        let all = ask(budget, &find).await.map_err(Error::Doubtful)?;
        Ok::<_, Error>(all.into_iter().find(ours))
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
    let doubtful = Cell::new(false);
    let make =
        async || make().await.inspect_err(|it| doubtful.set(doubtful.get() || it.is_unclear()));
    let answer = ask(time, make).await;
    if let Err(MediaLiveError::Conflict { .. }) = answer {
        // It may be one with what another delivery has made this moment.
        let listed = budget.at_most(LISTED);
        loop {
            if let Some(found) = there().await? {
                return Ok(found);
            }
            if !listed.wait().await {
                break;
            }
        }
    }
    match answer {
        Ok(resource) if is_stale(&resource) => Err(Error::Stale(resource.label())),
        Ok(resource) => Ok(resource),
        Err(error) if doubtful.get() => Err(Error::Doubtful(error)),
        Err(error) => Err(error.into()),
    }
}

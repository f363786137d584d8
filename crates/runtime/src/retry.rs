//! Calls that are repeated until they are answered, and lists page by page.

use lilo_lifecycle::chain;
use lilo_lifecycle::times::ROLE_PROPAGATION;
use lilo_medialive::{Error as MediaLiveError, Page};

use crate::Deadline;
use crate::deadline::Gaps;

/// Calls MediaLive until it answers: throttled calls and calls without an answer are repeated.
///
/// # Errors
/// A refusal or conflict at once, but for a role that is not trusted yet; at the deadline, the last
/// error.
pub async fn retry_until_answered<T>(
    deadline: Deadline,
    call: impl AsyncFn() -> Result<T, MediaLiveError>,
) -> Result<T, MediaLiveError> {
    let (gaps, mut role) = (Gaps::from_now(), None);
    loop {
        match call().await {
            Err(error) if error.is_retryable() && deadline.pause(gaps.next()).await => {
                tracing::warn!(error = chain(&error), "calling again");
            }
            Err(error) if role_may_come(&error, deadline, &mut role).await => {}
            answer => return answer,
        }
    }
}

/// Every item of a list. A page that fails is read again by itself.
///
/// # Errors
/// See [`retry_until_answered`].
pub async fn list<T>(
    deadline: Deadline,
    page: impl AsyncFn(Option<String>) -> Result<Page<T>, MediaLiveError>,
) -> Result<Vec<T>, MediaLiveError> {
    let (mut items, mut token) = (Vec::new(), None);
    loop {
        let read = retry_until_answered(deadline, async || page(token.clone()).await).await?;
        items.extend(read.items);
        token = read.next;
        if token.is_none() {
            return Ok(items);
        }
    }
}

/// Whether the error says that MediaLive does not know the role yet, and it is worth calling again;
/// a gap has passed then. `since` keeps the time that is left for that, from the first such error
/// on.
pub(crate) async fn role_may_come(
    error: &MediaLiveError,
    deadline: Deadline,
    since: &mut Option<(Deadline, Gaps)>,
) -> bool {
    let begin = || (deadline.at_most(ROLE_PROPAGATION), Gaps::from_now());
    if !error.is_about_trust() {
        return false;
    }
    tracing::warn!(error = chain(error), "waiting for the role");
    let (until, gaps) = since.get_or_insert_with(begin);
    until.pause(gaps.next()).await
}

//! Calls that are repeated until they are answered, and lists page by page.

use lilo_lifecycle::times::ROLE_PROPAGATION;
use lilo_medialive::{Error as MediaLiveError, Page};

use crate::Deadline;
use crate::deadline::Gaps;

/// Calls MediaLive until it answers: throttled calls and calls without an answer are repeated.
///
/// # Errors
/// A refusal or conflict at once, but for a role that is not trusted yet; at the deadline, the last error.
pub async fn retry_until_answered<T>(
    deadline: Deadline,
    call: impl AsyncFn() -> Result<T, MediaLiveError>,
) -> Result<T, MediaLiveError> {
    let mut patience = RolePatience::new(deadline);
    let gaps = Gaps::from_now();
    loop {
        match call().await {
            Err(error) if error.is_retryable() && deadline.pause(gaps.next()).await => {
                tracing::warn!(error = lilo_lifecycle::chain(&error), "calling again");
            }
            Err(error) if patience.lasts(&error).await => {}
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
    let mut items = Vec::new();
    let mut token = None;
    loop {
        let read = retry_until_answered(deadline, async || page(token.clone()).await).await?;
        items.extend(read.items);
        token = read.next;
        if token.is_none() {
            return Ok(items);
        }
    }
}

/// The patience with a role that MediaLive does not know yet, from the first time that it says so.
pub(crate) struct RolePatience {
    deadline: Deadline,
    begun: Option<(Deadline, Gaps)>,
}

impl RolePatience {
    pub(crate) fn new(deadline: Deadline) -> Self {
        Self { deadline, begun: None }
    }

    /// Whether this is such an error and there was time for one gap, which has passed then.
    pub(crate) async fn lasts(&mut self, error: &MediaLiveError) -> bool {
        if !error.is_about_trust() {
            return false;
        }
        let begin = || (self.deadline.at_most(ROLE_PROPAGATION), Gaps::from_now());
        let (deadline, gaps) = self.begun.get_or_insert_with(begin);
        tracing::warn!(error = lilo_lifecycle::chain(error), "waiting for the role");
        deadline.pause(gaps.next()).await
    }
}

//! What a Delete is about when it comes under an id that no Create of ours returned.

use std::time::Duration;

use lilo_lifecycle::NOTHING_MADE;
use lilo_medialive::Error as MediaLiveError;
use tokio::time::sleep;

use crate::Budget;
use crate::drive::{CREATE_WITHIN, ask};

/// CloudFormation makes an id up when it deletes what has not answered yet: the Create may still run, or be tried again by
/// Lambda one and two minutes after a crash. It makes nothing once the request is [`CREATE_WITHIN`] old; a minute more is for a
/// call that is slow.
const LOOKOUT: Duration = CREATE_WITHIN.saturating_add(Duration::from_secs(60));

/// What `list` finds of a resource, looking again until something shows or no Create makes anything any more.
///
/// # Errors
/// See [`ask`].
pub async fn search<T>(
    physical_id: &str,
    budget: Budget,
    list: impl AsyncFn() -> Result<Vec<T>, MediaLiveError>,
) -> Result<Vec<T>, MediaLiveError> {
    // With this id Create has answered, and is over.
    let lookout = if physical_id == NOTHING_MADE { Duration::ZERO } else { LOOKOUT };
    let lookout = budget.at_most(lookout);
    loop {
        let found = ask(budget, &list).await?;
        let patience = lookout.patience();
        if !found.is_empty() || !patience.lasts() {
            return Ok(found);
        }
        tracing::info!("nothing found yet");
        sleep(patience.gap()).await;
    }
}

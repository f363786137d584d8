//! What a Delete is about.

use std::time::Duration;

use lilo_lifecycle::{PhysicalId, Resource, tags};
use lilo_medialive::{CREATION, Error as MediaLiveError};
use tokio::time::sleep;

use crate::create::CREATE_WITHIN;
use crate::{Budget, ask};

/// How long after its Create was asked for something may still come about: it calls no more once it is [`CREATE_WITHIN`] old, and
/// a call may take some time.
const LOOKOUT: Duration =
    CREATE_WITHIN.saturating_add(CREATION).saturating_add(Duration::from_secs(20));

/// The ids of what a Delete under this physical id is about. `asked` is when the Delete was asked for, in seconds since 1970.
///
/// Where no id of MediaLive's is known, as the Create has not answered or did not know, what `list` finds of the resource
/// tells, again and again until something shows or no Create makes anything any more: it may still run, or be tried again by
/// Lambda one and two minutes after a crash.
///
/// # Errors
/// See [`ask`].
pub async fn search<R: Resource>(
    physical_id: &str,
    asked: u64,
    budget: Budget,
    list: impl AsyncFn() -> Result<Vec<R>, MediaLiveError>,
) -> Result<Vec<String>, MediaLiveError> {
    let now = Duration::from_secs(asked) + budget.patience().spent;
    let (lookout, of) = match PhysicalId::of(physical_id) {
        PhysicalId::Made(id) => return Ok(vec![id.to_owned()]),
        PhysicalId::Nothing => return Ok(Vec::new()),
        PhysicalId::Refused(create) => (Duration::ZERO, Some(create)),
        PhysicalId::Perhaps(create) => {
            let until = Duration::from_secs(create).saturating_add(LOOKOUT);
            (until.saturating_sub(now).min(LOOKOUT), Some(create))
        }
        PhysicalId::MadeUp => (LOOKOUT, None),
    };
    let lookout = budget.at_most(lookout);
    loop {
        let mut found = ask(budget, &list).await?;
        found.retain(|it| of.is_none_or(|create| tags::are_claimed(it.tags(), create)));
        let patience = lookout.patience();
        if !found.is_empty() || !patience.lasts() {
            return Ok(found.iter().map(|it| it.id().to_owned()).collect());
        }
        tracing::info!("nothing found yet");
        sleep(patience.gap()).await;
    }
}

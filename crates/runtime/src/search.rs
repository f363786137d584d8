//! Lists page by page, and which resources a Delete is about.

use std::time::Duration;

use lilo_custom_resource::Request;
use lilo_lifecycle::times::{LIST_GAP, SEARCH_WINDOW};
use lilo_lifecycle::{LiloTags, PhysicalId, Resource};
use lilo_medialive::{Error as MediaLiveError, Page};

use crate::deadline::jittered;
use crate::{Deadline, retry_until_answered};

/// The ids of the resources that a Delete under this physical id is about.
///
/// If the Create gave no id of MediaLive's, `list` finds the resource by its tags. It is asked
/// again and again, until something shows or no Create makes anything any more: the Create may
/// still run, or be repeated by Lambda after a crash.
///
/// # Errors
/// Those of `list`.
pub async fn search<R: Resource>(
    physical_id: &str,
    request: &Request,
    deadline: &Deadline,
    list: impl AsyncFn() -> Result<Vec<R>, MediaLiveError>,
) -> Result<Vec<String>, MediaLiveError> {
    let none = deadline.at_most(Duration::ZERO);
    let (window, created_at) = match PhysicalId::of(physical_id) {
        PhysicalId::Made(id) => return Ok(vec![id.to_owned()]),
        PhysicalId::Nothing => return Ok(Vec::new()),
        PhysicalId::Refused(create) => (none, Some(create)),
        PhysicalId::Perhaps(create) => {
            // The age of the Delete at which the Create's window ends.
            let before = request.requested_at.duration_since(create).try_into().unwrap_or_default();
            (deadline.until_age(SEARCH_WINDOW.saturating_sub(before)), Some(create))
        }
        PhysicalId::AssignedByCloudFormation => (deadline.at_most(SEARCH_WINDOW), None),
    };
    loop {
        let mut found = list().await?;
        found.retain(|it| {
            let tags = LiloTags::from(it.tags());
            created_at.map_or(
                // A later request's: this Delete comes late, or again.
                !tags.requested_after(request.requested_at),
                |create| tags.requested_at(create),
            )
        });
        if !found.is_empty() || !window.pause(jittered(LIST_GAP)).await {
            return Ok(found.iter().map(|it| it.id().to_owned()).collect());
        }
        tracing::info!("nothing found yet");
    }
}

/// Every item of a list. A page that fails is read again by itself.
///
/// # Errors
/// See [`retry_until_answered`].
pub async fn list<T>(
    deadline: &Deadline,
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

//! The sweep: every channel of LILO's, one after the other.

use std::time::Duration;

use jiff::Timestamp;
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::reconcile::{Look, next};
use lilo_lifecycle::{LiloTags, Resource, Step, chain};
use lilo_medialive::MediaLive;
use lilo_runtime::{Deadline, Error, list};
use tokio::time::timeout;

use crate::start_stop;

/// One channel takes at most this long, so that there is time for the others.
const EACH: Duration = Duration::from_secs(20);
/// A channel whose calls are not answered for this long is left.
const STALLED: Duration = Duration::from_secs(30);

/// Starts and stops the channels that are to be started and stopped at `now`. A channel that fails is logged and left to the next
/// sweep: it keeps neither the others from their turn nor the function's alarm on.
pub(crate) async fn run(
    now: Timestamp,
    deadline: Deadline,
    medialive: &MediaLive,
) -> Result<(), Error> {
    let is_lilos = |tags: LiloTags<'_>| tags.name_a_stack();
    let channels = list(deadline, async |token| medialive.list_channels(token, is_lilos).await);
    let channels = channels.await?;
    let (ours, mut failed) = (channels.len(), 0);
    for channel in channels {
        let swept = match channel {
            Ok(channel) => sweep(&channel, now, deadline, medialive).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = swept {
            failed += 1;
            tracing::error!(error = chain(&error), "left to the next sweep");
        }
    }
    tracing::info!(channels = ours, failed, "swept");
    Ok(())
}

async fn sweep(
    listed: &Channel,
    now: Timestamp,
    deadline: Deadline,
    medialive: &MediaLive,
) -> Result<(), Error> {
    let look = Look { at: now, stopped: false };
    match next(Some(listed), look) {
        Step::Finished | Step::Wait(_) => return Ok(()),
        Step::Failed(_) | Step::Perform(_) => {}
    }
    let swept = start_stop::run(&listed.id, look, deadline.at_most(EACH), medialive);
    let stalled = |_| Err(Error::Stalled(listed.label()));
    timeout(STALLED, swept).await.unwrap_or_else(stalled)
}

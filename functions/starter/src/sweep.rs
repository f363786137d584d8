//! The sweep: every channel of LILO's, one after the other.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lilo_function::{Budget, Error as DriveError, ask, drive};
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::sweep::{Action, next};
use lilo_lifecycle::tags::{AUTO_START, AutoStart, STOP_AT};
use lilo_lifecycle::{Resource, Step, chain};
use lilo_medialive::{Error as MediaLiveError, MediaLive};
use tokio::time::timeout;

use crate::Error;

/// What one channel may take, so that there is time for the others.
const EACH: Duration = Duration::from_secs(20);
/// After which a channel whose calls are not answered is left.
const STALLED: Duration = Duration::from_secs(30);

/// Starts and stops what is to be started and stopped at `now`. A channel that makes trouble does not keep it from the others.
pub(crate) async fn run(
    now: SystemTime,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), Error> {
    let now = Timestamp::try_from(now).expect("a time of this age");
    let list = async || medialive.our_channels().await;
    let channels = ask(budget, list).await.map_err(DriveError::from)?;
    let mut failures = Vec::new();
    for channel in &channels {
        if next(Some(channel), now) == Step::Finished {
            continue;
        }
        let swept =
            timeout(STALLED, sweep(&channel.id, now, budget.at_most(EACH), medialive)).await;
        let stalled = |_| Err(DriveError::Stalled(channel.label()));
        if let Err(error) = swept.unwrap_or_else(stalled) {
            tracing::error!(channel = channel.id, error = chain(&error), "left to the next sweep");
            failures.push(error);
        }
    }
    let (failed, ours) = (failures.len(), channels.len());
    match failures.into_iter().next() {
        None => Ok(()),
        Some(source) => Err(Error::Sweep { failed, ours, source }),
    }
}

async fn sweep(
    id: &str,
    now: Timestamp,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), DriveError> {
    drive(
        budget,
        async || medialive.describe_channel(id).await,
        |seen, _| next(seen, now),
        async |action, channel| perform(action, channel, medialive).await,
    )
    .await?;
    Ok(())
}

async fn perform(
    action: Action,
    channel: &Channel,
    medialive: &MediaLive,
) -> Result<(), MediaLiveError> {
    let Channel { id, arn, .. } = channel;
    match action {
        Action::Start => medialive.start_channel(id).await,
        Action::MarkDone => medialive.set_tag(arn, AUTO_START, AutoStart::Done.as_str()).await,
        Action::SetStopAt(due) => medialive.set_tag(arn, STOP_AT, &due.to_string()).await,
        Action::Stop => medialive.stop_channel(id).await,
        Action::ClearStopAt => medialive.remove_tags(arn, &[STOP_AT.to_owned()]).await,
    }
}

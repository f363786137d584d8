//! The sweep: every channel of LILO's, one after the other.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lilo_function::{Budget, Error as DriveError, ask, drive};
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::sweep::{Action, next};
use lilo_lifecycle::tags::{AUTO_START, AutoStart, RUNNING_SINCE};
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
    let ours = channels.len();
    for channel in channels {
        let swept = match channel {
            Ok(channel) => sweep(&channel, now, budget, medialive).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = swept {
            tracing::error!(error = chain(&error), "left to the next sweep");
            failures.push(error);
        }
    }
    let failed = failures.len();
    match failures.into_iter().next() {
        None => Ok(()),
        Some(source) => Err(Error::Sweep { failed, ours, source }),
    }
}

async fn sweep(
    listed: &Channel,
    now: Timestamp,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), DriveError> {
    if next(Some(listed), now) == Step::Finished {
        return Ok(());
    }
    let swept = drive(
        budget.at_most(EACH),
        async || medialive.describe_channel(&listed.id).await,
        |seen, _| next(seen, now),
        async |action, channel| perform(action, channel, medialive).await,
    );
    let stalled = |_| Err(DriveError::Stalled(listed.label()));
    timeout(STALLED, swept).await.unwrap_or_else(stalled).map(drop)
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
        Action::SetRunningSince(since) => {
            medialive.set_tag(arn, RUNNING_SINCE, &since.to_string()).await
        }
        Action::Stop => medialive.stop_channel(id).await,
        Action::ClearRunningSince => medialive.remove_tags(arn, &[RUNNING_SINCE.to_owned()]).await,
    }
}

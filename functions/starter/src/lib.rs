//! Starts a channel of LILO's once it exists, and stops it when its time is up.
//!
//! EventBridge invokes it for every channel of the account and region that becomes CREATED, RUNNING or STOPPED, at least
//! once and in any order, and every quarter of an hour. What the channel's tags and state say decides, never the event alone.

mod event;
mod sweep;

use std::time::Duration;

use event::Event;
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use lilo_function::{Aws, Budget, Error as DriveError, drive, time_left};
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::tags::{AUTO_START, AutoStart, RUNNING_SINCE};
use lilo_lifecycle::{guard, start};
use lilo_medialive::MediaLive;
use serde_json::Value;
use tracing::Instrument;

/// The work ends this long before Lambda would end it.
const MARGIN: Duration = Duration::from_secs(10);

/// Why a channel could not be started or stopped. Lambda then runs the function again with the same event, twice.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What came is neither a state change of a channel nor the sweep's event.
    #[error("the event is not a MediaLive channel state change")]
    Event(#[from] event::NotAStateChange),
    /// See there.
    #[error(transparent)]
    Drive(#[from] DriveError),
    /// The sweep went on to the other channels; its next one tries again.
    #[error("the sweep could not do what it should to {failed} of {ours} channels; the first")]
    Sweep {
        /// How many.
        failed: usize,
        /// How many there are of LILO's.
        ours: usize,
        /// What happened to the first of them.
        source: DriveError,
    },
}

/// Serves one event.
///
/// # Errors
/// [`Error`]
pub async fn handle(event: LambdaEvent<Value>, aws: &Aws) -> Result<(), Error> {
    let now = aws.clock.now();
    let left = time_left(&event.context, now);
    let budget = Budget::of(left.saturating_sub(MARGIN).max(left / 2));
    match Event::read(event.payload)? {
        Event::StateChange { channel_id, changed } => {
            let span = tracing::info_span!("state change", channel = channel_id);
            state_change(&channel_id, changed, budget, &aws.medialive).instrument(span).await
        }
        Event::Sweep => {
            sweep::run(now, budget, &aws.medialive).instrument(tracing::info_span!("sweep")).await
        }
    }
}

async fn state_change(
    id: &str,
    changed: Option<Timestamp>,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<(), Error> {
    let observe = async || medialive.describe_channel(id).await;
    drive(budget, observe, start::next, async |action, channel| match action {
        start::Action::Start => medialive.start_channel(id).await,
        start::Action::MarkDone => {
            medialive.set_tag(&channel.arn, AUTO_START, AutoStart::Done.as_str()).await
        }
    })
    .await?;
    if let Some(changed) = changed {
        let next = |seen: Option<&_>, _| guard::next(seen, changed);
        drive(budget, observe, next, async |action, channel: &Channel| match action {
            guard::Action::SetRunningSince(since) => {
                medialive.set_tag(&channel.arn, RUNNING_SINCE, &since.to_string()).await
            }
            guard::Action::ClearRunningSince => {
                medialive.remove_tags(&channel.arn, &[RUNNING_SINCE.to_owned()]).await
            }
        })
        .await?;
    }
    Ok(())
}

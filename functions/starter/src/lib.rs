//! Starts a channel of LILO's once it exists.
//!
//! EventBridge invokes it for every channel of the account and region that becomes CREATED or RUNNING, at least once and
//! in any order. What the channel's tags and state say decides, never the event alone.

mod event;

use std::time::Duration;

use lambda_runtime::LambdaEvent;
use lilo_function::{Aws, Budget, Error as DriveError, drive, time_left};
use lilo_lifecycle::start::{Action, next};
use lilo_lifecycle::tags::{AUTO_START, AutoStart};
use serde_json::Value;
use tracing::Instrument;

/// The work ends this long before Lambda would end it.
const MARGIN: Duration = Duration::from_secs(10);

/// Why a channel could not be started. Lambda then runs the function again with the same event, twice.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What came is no state change of a channel.
    #[error("the event is not a MediaLive channel state change")]
    Event(#[from] event::NotAStateChange),
    /// See there.
    #[error(transparent)]
    Drive(#[from] DriveError),
}

/// Serves one state change of a channel.
///
/// # Errors
/// [`Error`]
pub async fn handle(event: LambdaEvent<Value>, aws: &Aws) -> Result<(), Error> {
    let left = time_left(&event.context);
    let budget = Budget::of(left.saturating_sub(MARGIN).max(left / 2));
    let id = event::channel_id(event.payload)?;
    let span = tracing::info_span!("state change", channel = id);
    start(&id, budget, aws).instrument(span).await
}

async fn start(id: &str, budget: Budget, aws: &Aws) -> Result<(), Error> {
    let medialive = &aws.medialive;
    drive(
        budget,
        async || medialive.describe_channel(id).await,
        next,
        async |action, channel| match action {
            Action::Start => medialive.start_channel(id).await,
            Action::MarkDone => {
                medialive.set_tag(&channel.arn, AUTO_START, AutoStart::Done.as_str()).await
            }
        },
    )
    .await?;
    Ok(())
}

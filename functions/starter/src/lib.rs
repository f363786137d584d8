//! Starts the channels of LILO's loops once they exist, and stops them when their time is up.
//!
//! EventBridge invokes it for every channel of the account and region that becomes CREATED, RUNNING
//! or STOPPED, at least once and in any order, and every five minutes for all of them. Either way
//! the channel's tags and state decide (`channel::reconcile`).

mod event;
mod sweep;

use std::time::Duration;

use event::Event;
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use lilo_lifecycle::chain;
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::reconcile::{Action, Look, next};
use lilo_lifecycle::tags::{AUTO_START, AutoStart, RUNNING_SINCE, Tags};
use lilo_medialive::{Error as MediaLiveError, MediaLive};
use lilo_runtime::{Aws, Deadline, reconcile, time_left};
use serde_json::Value;
use tracing::Instrument;

/// The work ends this long before Lambda would end it.
const MARGIN: Duration = Duration::from_secs(10);

/// Why an event could not be handled. Lambda then runs the function again with the same event,
/// twice.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The payload is neither a state change of a channel nor the sweep's event.
    #[error("the event is not a MediaLive channel state change")]
    Event(#[from] event::NotAStateChange),
    /// The channel could not be started or stopped, or the channels not be listed.
    #[error(transparent)]
    Runtime(#[from] lilo_runtime::Error),
}

/// Handles one event.
///
/// # Errors
/// [`Error`]
pub async fn handle(event: LambdaEvent<Value>, aws: &Aws) -> Result<(), Error> {
    let now = aws.clock.now();
    let invocation = event.context.request_id.clone();
    let left = time_left(&event.context, now);
    let deadline = Deadline::after(left.saturating_sub(MARGIN).max(left / 2));
    let now = Timestamp::try_from(now).unwrap_or(Timestamp::MAX);
    match Event::read(event.payload, now)? {
        Event::StateChange { channel_id, look } => {
            let span = tracing::info_span!("state change", channel = channel_id, invocation);
            let work = at_an_event(&channel_id, look, &deadline, &aws.medialive);
            work.instrument(span).await?;
        }
        Event::Sweep => {
            let span = tracing::info_span!("sweep", invocation);
            sweep::run(now, &deadline, &aws.medialive).instrument(span).await?;
        }
    }
    Ok(())
}

/// Does what an event is about. If MediaLive throttles, the next sweep does it instead, sooner than
/// Lambda's next attempts would have their turn; but the sweep does not know when a channel stopped.
async fn at_an_event(
    id: &str,
    look: Look,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<(), lilo_runtime::Error> {
    if look.stopped_at.is_some() {
        return start_or_stop(id, look, deadline, medialive).await;
    }
    match start_or_stop(id, look, &deadline.unhurried(), medialive).await {
        Err(error) if error.is_throttled() => {
            tracing::warn!(error = chain(&error), "left to the next sweep");
            Ok(())
        }
        ended => ended,
    }
}

/// Has channel `id` run, or stop, as its tags say.
async fn start_or_stop(
    id: &str,
    look: Look,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<(), lilo_runtime::Error> {
    let observe = async || medialive.describe_channel(id).await;
    let act = async |action, channel: &Channel| act(action, channel, medialive).await.map(Some);
    reconcile(deadline, None, observe, |seen, _| next(seen, look), act).await.map(drop)
}

async fn act(
    action: Action,
    channel: &Channel,
    medialive: &MediaLive,
) -> Result<Channel, MediaLiveError> {
    let tag = |key: &str, value: String| (Tags::from([(key.to_owned(), value)]), Vec::new());
    let difference = match action {
        Action::Start => return medialive.start_channel(&channel.id).await,
        Action::Stop => return medialive.stop_channel(&channel.id).await,
        Action::MarkStarted => tag(AUTO_START, AutoStart::Done.to_string()),
        Action::SetRunningSince(since) => tag(RUNNING_SINCE, since.to_string()),
        Action::ClearRunningSince => (Tags::new(), vec![RUNNING_SINCE.to_owned()]),
    };
    medialive.tag_channel(channel, &difference).await
}

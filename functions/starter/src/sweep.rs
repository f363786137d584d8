//! The sweep: every channel of LILO's, one after the other.

use std::time::Duration;

use jiff::Timestamp;
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::reconcile::{Action, Look, next};
use lilo_lifecycle::{LiloTags, Resource, Step, chain};
use lilo_medialive::MediaLive;
use lilo_runtime::{Deadline, Error, retry_until_answered};
use tokio::time::timeout;

use crate::start_or_stop;

/// One channel takes at most this long, so that there is time for the others.
const EACH: Duration = Duration::from_secs(20);
/// A channel whose calls are not answered for this long is left.
const STALLED: Duration = Duration::from_secs(30);

/// Starts and stops the channels that are to be started and stopped at `now`: first the stops. It
/// begins anywhere, so that no channel is always the last. A channel that fails is logged and left
/// to the next sweep: it keeps neither the others from their turn nor the function's alarm on. When
/// the list breaks off, or takes three quarters of the time, the channels listed before have their
/// turn all the same.
///
/// # Errors
/// When the channels cannot all be listed, or MediaLive denied access to all of several that needed
/// something: a right is missing.
pub(crate) async fn run(
    now: Timestamp,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<(), Error> {
    let is_lilos = |tags: LiloTags<'_>| tags.name_a_stack();
    let (mut ours, mut channels) = (0, Vec::new());
    let mut token = None;
    let reading = deadline.at_most(deadline.left() * 3 / 4);
    let listed = loop {
        let page = async || medialive.list_channels(token.clone(), is_lilos).await;
        let mut page = match retry_until_answered(&reading, page).await {
            Ok(page) => page,
            Err(error) => break Err(error.into()),
        };
        ours += page.items.len();
        // Most channels need nothing: kept, those of a large account would not fit in memory.
        page.items.retain(|it| !matches!(it, Ok(channel) if action_for(channel, now).is_none()));
        channels.append(&mut page.items);
        token = page.next;
        match token {
            None => break Ok(()),
            Some(_) if reading.has_passed() => break Err(Error::Stalled("all channels".into())),
            Some(_) => {}
        }
    };
    let due = channels.len();
    channels.rotate_left(fastrand::usize(..due.max(1)).min(due));
    // Starts that were left to the sweep do not delay a stop.
    let is_to_stop = |channel: &Channel| action_for(channel, now) == Some(Action::Stop);
    channels.sort_by_key(|it| !it.as_ref().is_ok_and(is_to_stop));
    let (mut done, mut left, mut failures) = (0, 0_usize, Vec::new());
    for channel in channels {
        let swept = match channel {
            Ok(_) if deadline.has_passed() => {
                left += 1;
                continue;
            }
            Ok(channel) => sweep(&channel, now, deadline, medialive).await,
            Err(error) => Err(error.into()),
        };
        match swept {
            Ok(()) => done += 1,
            Err(error) => {
                tracing::error!(error = chain(&error), "left to the next sweep");
                failures.push(error);
            }
        }
    }
    tracing::info!(channels = ours, done, failed = failures.len(), left, "swept");
    if left > 0 {
        tracing::warn!(left, "no time left for these channels; the next sweep has to do them");
    }
    listed?;
    let denied = failures.len() > 1 && failures.iter().all(Error::is_denied);
    match failures.pop() {
        Some(error) if done == 0 && denied => Err(error),
        Some(_) | None => Ok(()),
    }
}

/// What the list says that this channel needs.
fn action_for(listed: &Channel, now: Timestamp) -> Option<Action> {
    match next(Some(listed), Look { now, stopped_at: None }) {
        Step::Perform(action) => Some(action),
        Step::Finished | Step::Wait(_) | Step::Failed(_) => None,
    }
}

async fn sweep(
    listed: &Channel,
    now: Timestamp,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<(), Error> {
    let look = Look { now, stopped_at: None };
    let each = deadline.at_most(EACH);
    let swept = start_or_stop(&listed.id, look, &each, medialive);
    let stalled = |_| Err(Error::Stalled(listed.label()));
    timeout(STALLED.min(deadline.left()), swept).await.unwrap_or_else(stalled)
}

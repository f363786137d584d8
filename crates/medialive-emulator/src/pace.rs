//! The durations of states, as data. Must not know who waits.

use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The duration of one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StateDuration {
    For(Duration),
    Forever,
}

impl StateDuration {
    /// Returns when the state ends, if it begins now.
    pub(crate) fn elapsed(self) -> impl Future<Output = ()> + Send {
        until(self.end())
    }

    /// The end of the state if it begins now; `None` is never.
    pub(crate) fn end(self) -> Option<Instant> {
        match self {
            Self::For(time) => Instant::now().checked_add(time),
            Self::Forever => None,
        }
    }
}

/// Waits until `moment`; `None` is never.
pub(crate) async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

/// The time from each request to its resulting state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// `CreateChannel` to IDLE.
    pub channel_create: Duration,
    /// `UpdateChannelClass` to IDLE; also `UpdateChannel`, if it is shown as UPDATING.
    pub channel_update: Duration,
    /// `StartChannel` to RUNNING, if the encoder plays by then.
    pub channel_start: Duration,
    /// `StopChannel` to IDLE.
    pub channel_stop: Duration,
    /// `DeleteChannel` to DELETED.
    pub channel_delete: Duration,
    /// `CreateInput` to DETACHED.
    pub input_create: Duration,
    /// `DeleteInput` to DELETED.
    pub input_delete: Duration,
}

impl Pace {
    /// Every state lasts a second, long enough for polling clients to see it.
    #[must_use]
    pub const fn fast() -> Self {
        let second = Duration::from_secs(1);
        Self {
            channel_create: second,
            channel_update: second,
            channel_start: second,
            channel_stop: second,
            channel_delete: second,
            input_create: second,
            input_delete: second,
        }
    }

    /// As observed on AWS, for a channel with one pipeline and an MP4 input.
    ///
    /// The three long durations are from one real run (us-east-1, 2023-08-30), recorded in the
    /// source of rakshithxaloori/watchpartyyoutube-api, `streamlist/views.py`.
    #[must_use]
    pub const fn real() -> Self {
        Self {
            // No measurement is published. botocore's waiter gives up after 15 s, and
            // openfun/marsha speaks of "a few seconds" (#796).
            channel_create: Duration::from_secs(5),
            // No measurement is published.
            channel_update: Duration::from_secs(5),
            // CREATED 10:03:48, StartChannel on that event, RUNNING 10:05:59.
            channel_start: Duration::from_secs(131),
            // STOPPING 10:08:46, STOPPED 10:09:08.
            channel_stop: Duration::from_secs(22),
            // STOPPED 10:09:08, DELETED 10:10:48. An upper bound: the time of DeleteChannel is not
            // recorded.
            channel_delete: Duration::from_secs(100),
            // No measurement is published.
            input_create: Duration::from_secs(2),
            // From the teardown in aws-bench/aws-bench, `handlers/medialive.py`.
            input_delete: Duration::from_millis(1500),
        }
    }
}

//! When each datagram goes out: at the stream's own pace, and after a hiccup not in one burst.
//!
//! Decides times from times. Must not know what is sent, or wait for anything.

use std::time::Duration;

use tokio::time::Instant;

use crate::rate::MuxRate;

/// What may go out at once after a hiccup: less than a receiver's usual socket buffer (about 90
/// datagrams on Linux).
const BURST: Duration = Duration::from_millis(5);
/// A stream later than this goes on from where it is. Catching up would run it too fast for
/// seconds, and receivers that follow its clock overflow.
const LATEST: Duration = Duration::from_secs(1);

/// The sending times of one stream.
#[derive(Debug)]
pub(crate) struct Schedule {
    rate: MuxRate,
    start: Instant,
    bytes: u64,
    not_before: Instant,
    given_up: Duration,
}

impl Schedule {
    /// The first byte is due now.
    pub(crate) fn new(rate: MuxRate, now: Instant) -> Self {
        Self { rate, start: now, bytes: 0, not_before: now, given_up: Duration::ZERO }
    }

    /// When the next `bytes` should be sent, and how long the stream is then behind a clock that
    /// never stopped.
    ///
    /// A late stream is sent at twice its pace until it has caught up.
    pub(crate) fn next(&mut self, bytes: u64, now: Instant) -> (Instant, Duration) {
        let mut due = self.start + self.rate.time_of(self.bytes);
        if now.saturating_duration_since(due) > LATEST {
            let late = now - due;
            self.given_up += late;
            self.start += late;
            due = now;
        }
        let at = due.max(self.not_before).max(now.checked_sub(BURST).unwrap_or(due));
        self.bytes += bytes;
        self.not_before = at + self.rate.time_of(bytes) / 2;
        (at, self.given_up + at.max(now).saturating_duration_since(due))
    }
}

#[cfg(test)]
mod tests;

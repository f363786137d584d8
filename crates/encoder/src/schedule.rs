//! Decides when to send each datagram: at the stream's own pace, and without a burst after a delay.
//!
//! A function from times to times. Must not know what is sent, or wait.

use std::time::Duration;

use tokio::time::Instant;

use crate::rate::MuxRate;

/// How much may be sent at once after a delay: less than a receiver's usual socket buffer (about 90
/// datagrams on Linux).
const MAX_BURST: Duration = Duration::from_millis(5);
/// A stream later than this does not catch up: it would run too fast for seconds, and receivers
/// that follow its clock would overflow.
const MAX_DELAY: Duration = Duration::from_secs(1);

/// The sending times of one stream.
#[derive(Debug)]
pub(crate) struct Schedule {
    rate: MuxRate,
    start: Instant,
    bytes: u64,
    not_before: Instant,
    lost: Duration,
}

impl Schedule {
    /// The first byte is due `now`.
    pub(crate) fn new(rate: MuxRate, now: Instant) -> Self {
        Self { rate, start: now, bytes: 0, not_before: now, lost: Duration::ZERO }
    }

    /// When to send the next `bytes`, and how far the stream is then behind real time.
    ///
    /// A late stream runs at twice its pace until it has caught up.
    pub(crate) fn next(&mut self, bytes: u64, now: Instant) -> (Instant, Duration) {
        let mut due = self.start + self.rate.time_of(self.bytes);
        if now.saturating_duration_since(due) > MAX_DELAY {
            let late = now - due;
            self.lost += late;
            self.start += late;
            due = now;
        }
        let at = due.max(self.not_before).max(now.checked_sub(MAX_BURST).unwrap_or(due));
        self.bytes += bytes;
        self.not_before = at + self.rate.time_of(bytes) / 2;
        (at, self.lost + at.max(now).saturating_duration_since(due))
    }
}

#[cfg(test)]
mod tests;

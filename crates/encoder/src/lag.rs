//! When a stream that is late is too slow. Decides from times; waits for nothing.

use std::time::Duration;

use tokio::time::Instant;

/// Lost this much, a stream does not keep up with real time.
const TOO_SLOW: Duration = Duration::from_secs(1);
/// A stream that has lost nothing for as long keeps up again.
const CALM: Duration = Duration::from_secs(10);

/// The judgement on one stream.
#[derive(Debug)]
pub(crate) struct Lag {
    slow: bool,
    /// How late it was when it last kept up.
    accepted: Duration,
    worst: Duration,
    since: Instant,
}

impl Lag {
    pub(crate) fn new(now: Instant) -> Self {
        Self { slow: false, accepted: Duration::ZERO, worst: Duration::ZERO, since: now }
    }

    /// Whether a stream that is so late now is too slow.
    pub(crate) fn note(&mut self, behind: Duration, now: Instant) -> bool {
        if behind > self.worst {
            (self.worst, self.since) = (behind, now);
        } else if now.saturating_duration_since(self.since) >= CALM {
            (self.slow, self.accepted, self.worst, self.since) = (false, behind, behind, now);
        }
        self.slow |= behind.saturating_sub(self.accepted) > TOO_SLOW;
        self.slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The judgement, second by second.
    fn judged(behind_millis: &[u64]) -> String {
        let start = Instant::now();
        let mut lag = Lag::new(start);
        let seconds = (0_u64..).zip(behind_millis);
        let notes = seconds.map(|(second, behind)| {
            lag.note(Duration::from_millis(*behind), start + Duration::from_secs(second))
        });
        notes.map(|slow| if slow { 'S' } else { '-' }).collect()
    }

    #[test]
    fn a_stream_that_loses_more_than_a_second_is_slow_until_it_has_lost_nothing_for_ten() {
        assert_eq!(judged(&[0, 600, 1_100, 1_700]), "--SS");
        let mut behind = vec![0, 1_500];
        behind.extend([1_500; 11]);
        assert_eq!(judged(&behind), "-SSSSSSSSSS--");
    }

    #[test]
    fn what_was_lost_before_is_not_held_against_it() {
        let mut behind = vec![0, 1_500];
        behind.extend([1_500; 10]);
        behind.extend([1_900, 2_600]);
        assert_eq!(judged(&behind), "-SSSSSSSSSS--S");
    }

    #[test]
    fn a_hiccup_that_is_made_up_for_is_nothing() {
        assert_eq!(judged(&[0, 900, 400, 0, 900, 0]), "------");
    }
}

//! Decides from delays whether a stream is too slow. Waits for nothing.

use std::time::Duration;

use tokio::time::Instant;

/// A stream that has lost more than this is too slow.
const SLOW_ABOVE: Duration = Duration::from_secs(1);
/// A stream that loses nothing for this long keeps up again.
const RECOVERY: Duration = Duration::from_secs(10);

/// Whether one stream keeps up with real time.
#[derive(Debug)]
pub(crate) struct Lag {
    slow: bool,
    /// The delay when the stream last kept up.
    baseline: Duration,
    worst: Duration,
    since: Instant,
}

impl Lag {
    pub(crate) fn new(now: Instant) -> Self {
        Self { slow: false, baseline: Duration::ZERO, worst: Duration::ZERO, since: now }
    }

    /// Records the current delay; returns whether the stream is too slow.
    pub(crate) fn record(&mut self, behind: Duration, now: Instant) -> bool {
        if behind > self.worst {
            (self.worst, self.since) = (behind, now);
        } else if now.saturating_duration_since(self.since) >= RECOVERY {
            (self.slow, self.baseline, self.worst, self.since) = (false, behind, behind, now);
        }
        self.slow |= behind.saturating_sub(self.baseline) > SLOW_ABOVE;
        self.slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One mark per second: `S` for too slow.
    fn marks(behind_millis: &[u64]) -> String {
        let start = Instant::now();
        let mut lag = Lag::new(start);
        let seconds = (0_u64..).zip(behind_millis);
        let verdicts = seconds.map(|(second, behind)| {
            lag.record(Duration::from_millis(*behind), start + Duration::from_secs(second))
        });
        verdicts.map(|slow| if slow { 'S' } else { '-' }).collect()
    }

    #[test]
    fn stream_that_lags_over_a_second_is_slow_until_stable_for_ten() {
        assert_eq!(marks(&[0, 600, 1_100, 1_700]), "--SS");
        let mut behind = vec![0, 1_500];
        behind.extend([1_500; 11]);
        assert_eq!(marks(&behind), "-SSSSSSSSSS--");
    }

    #[test]
    fn what_was_lost_before_is_not_held_against_it() {
        let mut behind = vec![0, 1_500];
        behind.extend([1_500; 10]);
        behind.extend([1_900, 2_600]);
        assert_eq!(marks(&behind), "-SSSSSSSSSS--S");
    }

    #[test]
    fn a_hiccup_that_is_made_up_for_is_nothing() {
        assert_eq!(marks(&[0, 900, 400, 0, 900, 0]), "------");
    }
}

//! How far apart the calls of one invocation are.
//!
//! MediaLive limits the calls of the whole account, and no function sees what the others call. A
//! throttled call says that they are too many: the gap grows. A call that is answered says that
//! there is room: the gap shrinks. So the functions share the account's calls, and few are wasted
//! (docs/decisions/0016-throttled-calls.md).

use std::cell::Cell;
use std::time::Duration;

use lilo_lifecycle::times::{FIRST_THROTTLED_GAP, LONGEST_THROTTLED_GAP, SHORTEST_GAP};
use tokio::time::{Instant, sleep_until};

use crate::deadline::jittered;

/// A throttled call multiplies the gap by this. Large, because each step up is a call without
/// effect, and every invocation begins without a gap.
const GROWTH: f64 = 20.0;
/// An answered call multiplies the gap by this. While the gap stays about the same, one call in
/// nine is throttled: ln(1 / 0.7) / ln(20) for each answered one. Less would waste fewer, but the
/// last loops of a crowd would wait when nobody else calls any more.
const SHRINKAGE: f64 = 0.7;

/// The gap between two calls, and when the next one may be made. No gap at first.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    gap: Cell<Duration>,
    next: Cell<Option<Instant>>,
}

impl Pace {
    /// Waits until the next call may be made, or until `end`.
    pub(crate) async fn turn(&self, end: Instant) {
        if let Some(next) = self.next.get() {
            sleep_until(next.min(end)).await;
        }
    }

    /// Notes that a call was throttled, or not. The gap becomes at most `longest`.
    pub(crate) fn note(&self, throttled: bool, longest: Duration) {
        let gap = self.gap.get();
        let gap = if throttled {
            gap.mul_f64(GROWTH).max(FIRST_THROTTLED_GAP)
        } else {
            Some(gap.mul_f64(SHRINKAGE)).filter(|gap| *gap >= SHORTEST_GAP).unwrap_or_default()
        };
        let gap = gap.min(LONGEST_THROTTLED_GAP.min(longest).max(SHORTEST_GAP));
        self.gap.set(gap);
        self.next.set((!gap.is_zero()).then(|| Instant::now() + jittered(gap)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    const HOUR: Duration = Duration::from_secs(3600);

    async fn gap_after(pace: &Pace) -> Duration {
        let before = Instant::now();
        pace.turn(before + HOUR).await;
        before.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_gap_grows_when_throttled_and_shrinks_when_answered() {
        fastrand::seed(1);
        let pace = Pace::default();
        pace.note(false, HOUR);
        assert_eq!(gap_after(&pace).await, Duration::ZERO, "no gap without a throttled call");

        pace.note(true, HOUR);
        let first = gap_after(&pace).await;
        pace.note(true, HOUR);
        let second = gap_after(&pace).await;
        for _ in 0..9 {
            pace.note(true, HOUR);
        }
        let longest = gap_after(&pace).await;
        for _ in 0..30 {
            pace.note(false, HOUR);
        }

        assert!((3..=5).contains(&first.as_secs()), "{first:?}");
        assert!(second > 5 * first, "{first:?}, {second:?}");
        assert!(longest <= LONGEST_THROTTLED_GAP.mul_f64(1.25), "{longest:?}");
        assert_eq!(gap_after(&pace).await, Duration::ZERO, "forgotten after many answers");
    }

    /// 20 calls a second, 40 at once.
    #[derive(Default)]
    struct Throttle(Cell<Option<Instant>>);

    impl Throttle {
        fn lets_pass(&self) -> bool {
            let now = Instant::now();
            let after = now.max(self.0.get().unwrap_or(now)) + Duration::from_millis(50);
            let passes = after <= now + Duration::from_secs(2);
            if passes {
                self.0.set(Some(after));
            }
            passes
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_callers_at_once_waste_few_calls() {
        fastrand::seed(1);
        let (callers, calls_each) = (1000, 10);
        let (throttle, throttled) = (Throttle::default(), Cell::new(0));
        let begun = Instant::now();
        let caller = async || {
            let pace = Pace::default();
            for _ in 0..calls_each {
                loop {
                    pace.turn(begun + HOUR).await;
                    let passes = throttle.lets_pass();
                    pace.note(!passes, HOUR);
                    if passes {
                        break;
                    }
                    throttled.set(throttled.get() + 1);
                }
            }
        };

        join_all((0..callers).map(|_| caller())).await;

        let (calls, seconds) = (callers * calls_each, begun.elapsed().as_secs());
        assert!(throttled.get() * 10 <= calls * 4, "{} of {calls} throttled", throttled.get());
        // The throttle alone demands 498 s.
        assert!(seconds < 1200, "{seconds} s");
    }
}

//! How long work may take: an invocation, a request, a wait.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use lambda_runtime::Context;
use lilo_lifecycle::times::{LAMBDA_LONGEST, LONGEST_GAP, SHORTEST_GAP};
use lilo_medialive::Error as MediaLiveError;
use tokio::time::{Instant, sleep};

use crate::pace::Pace;

/// The time from `now` until Lambda ends this invocation.
///
/// `cargo lambda watch` gives a deadline in 1970: one that has passed before the function began
/// counts as none.
#[must_use]
pub fn time_left(context: &Context, now: SystemTime) -> Duration {
    let left = context.deadline().duration_since(now).ok();
    left.filter(|left| !left.is_zero()).unwrap_or(LAMBDA_LONGEST)
}

/// The gap between throttled calls is at most this share of the time that is left, if the work fails
/// at its end: several calls fit into it, and work that has little time goes before work that has
/// much.
const TURNS: u32 = 3;

/// The age at which work has to be done. The age may have begun in an earlier invocation. Clones,
/// and the deadlines of its parts, share how far apart its calls are.
#[derive(Clone, Debug)]
pub struct Deadline {
    begun: Instant,
    age_then: Duration,
    age_at_end: Duration,
    turns: u32,
    pace: Rc<Pace>,
}

impl Deadline {
    /// The deadline of work that is of this age now, and has to be done at that age.
    #[must_use]
    pub fn of(age: Duration, age_at_end: Duration) -> Self {
        Self { begun: Instant::now(), age_then: age, age_at_end, turns: TURNS, pace: Rc::default() }
    }

    /// `length` from now.
    #[must_use]
    pub fn after(length: Duration) -> Self {
        Self::of(Duration::ZERO, length)
    }

    /// The same, for work that is done later if it is not done by then. While MediaLive throttles, it
    /// makes few calls and leaves room to work that would fail.
    #[must_use]
    pub fn unhurried(&self) -> Self {
        Self { turns: 1, ..self.clone() }
    }

    /// The same, and `length` from now at most.
    #[must_use]
    pub fn at_most(&self, length: Duration) -> Self {
        self.until_age(self.age() + length)
    }

    /// The same, and this age at most.
    #[must_use]
    pub fn until_age(&self, age: Duration) -> Self {
        Self { age_at_end: self.age_at_end.min(age), ..self.clone() }
    }

    /// The age now.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.age_then + self.begun.elapsed()
    }

    /// Whether it has passed.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.left().is_zero()
    }

    /// The time until then.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.age_at_end.saturating_sub(self.age())
    }

    /// Waits for this gap, and not past the deadline; returns false if it had passed before.
    pub async fn pause(&self, gap: Duration) -> bool {
        let left = self.left();
        sleep(gap.min(left)).await;
        !left.is_zero()
    }

    /// Calls MediaLive when it is this work's turn, at the latest at the deadline.
    pub(crate) async fn call_in_turn<T>(
        &self,
        call: impl AsyncFnOnce() -> Result<T, MediaLiveError>,
    ) -> Result<T, MediaLiveError> {
        self.pace.turn(Instant::now() + self.left()).await;
        self.call(call).await
    }

    /// Calls MediaLive now: for a call that relies on a look, which would be old after a gap.
    pub(crate) async fn call<T>(
        &self,
        call: impl AsyncFnOnce() -> Result<T, MediaLiveError>,
    ) -> Result<T, MediaLiveError> {
        let answer = call().await;
        let throttled = answer.as_ref().is_err_and(MediaLiveError::is_throttled);
        self.pace.note(throttled, self.left() / self.turns);
        answer
    }
}

/// About this gap: functions that begin to wait together do not come back together.
pub(crate) fn jittered(gap: Duration) -> Duration {
    gap.mul_f64(0.75 + fastrand::f64() / 2.0)
}

/// The gaps between looks. Each is half the time waited so far. While something usually lasts, each
/// is as long as the time waited so far, and one look comes when that time is over; from then on the
/// wait begins anew. All are jittered, and at most [`LONGEST_GAP`] before that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gaps {
    begun: Instant,
    usual: Duration,
}

impl Gaps {
    pub(crate) fn from_now() -> Self {
        Self::until_usual(Duration::ZERO)
    }

    pub(crate) fn until_usual(usual: Duration) -> Self {
        Self { begun: Instant::now(), usual }
    }

    pub(crate) fn next(self) -> Duration {
        let waited = self.begun.elapsed();
        let left = self.usual.saturating_sub(waited);
        if left.is_zero() {
            let over = waited.saturating_sub(self.usual);
            return jittered((over / 2).clamp(SHORTEST_GAP, LONGEST_GAP));
        }
        let gap = jittered(waited.clamp(SHORTEST_GAP, LONGEST_GAP));
        if gap + SHORTEST_GAP < left {
            gap
        } else {
            left + SHORTEST_GAP.mul_f64(fastrand::f64() / 2.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn with_deadline(at: SystemTime) -> Duration {
        let since_1970 = at.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        let mut context = Context::default();
        context.deadline = u64::try_from(since_1970.as_millis()).expect("fits");
        time_left(&context, now())
    }

    #[test]
    fn a_deadline_ahead_leaves_the_time_until_then() {
        let minute = Duration::from_secs(60);
        assert_eq!(with_deadline(now() + minute), minute);
    }

    #[test]
    fn a_deadline_in_1970_leaves_the_longest_that_lambda_gives() {
        let in_1970 = SystemTime::UNIX_EPOCH + Duration::from_secs(600);
        assert_eq!(with_deadline(in_1970), LAMBDA_LONGEST);
    }

    #[tokio::test(start_paused = true)]
    async fn gaps_grow_are_jittered_and_end_with_the_deadline() {
        let deadline = Deadline::of(Duration::from_secs(30), Duration::from_secs(150));
        let gaps = Gaps::from_now();
        let mut waits = Vec::new();
        let mut before = Instant::now();
        while deadline.pause(gaps.next()).await {
            waits.push(before.elapsed().as_secs_f64());
            before = Instant::now();
        }
        waits.pop();
        assert!(
            waits[0] <= 0.9375 && waits.iter().all(|it| (0.5625..=18.75).contains(it)),
            "{waits:?}"
        );
        assert!(waits.iter().any(|it| *it > 11.0) && waits.len() < 25, "{waits:?}");
        assert!(deadline.age() >= Duration::from_secs(150) && deadline.has_passed());
    }

    /// Calls that are all throttled, until the deadline.
    async fn throttled_calls(deadline: &Deadline) -> u32 {
        let mut calls = 0;
        while !deadline.has_passed() {
            let throttled = || async {
                let (operation, resource) = ("DescribeChannel", "channel 1".to_owned());
                Err::<(), _>(MediaLiveError::Throttled {
                    operation,
                    resource,
                    message: String::new(),
                })
            };
            let _ = deadline.call_in_turn(throttled).await;
            calls += 1;
        }
        calls
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_fails_at_its_end_has_several_turns_before() {
        let length = Duration::from_secs(180);
        let begun = Instant::now();

        let fails = throttled_calls(&Deadline::after(length)).await;
        let is_done_later = throttled_calls(&Deadline::after(length).unhurried()).await;

        assert!((8..30).contains(&fails), "{fails} calls");
        assert!((3..8).contains(&is_done_later), "{is_done_later} calls");
        assert_eq!(begun.elapsed(), 2 * length);
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_comes_when_the_usual_time_is_over() {
        for usual in [2, 5, 22, 100, 131].map(Duration::from_secs) {
            let (begun, gaps) = (Instant::now(), Gaps::until_usual(usual));
            let mut looks = 0;
            while begun.elapsed() < usual {
                sleep(gaps.next()).await;
                looks += 1;
            }
            let late = begun.elapsed().saturating_sub(usual);
            assert!(late <= SHORTEST_GAP / 2, "{late:?} after {usual:?}");
            assert!(looks <= 16, "{looks} looks in {usual:?}");
            assert!(gaps.next() < 2 * SHORTEST_GAP, "begins anew: {:?}", gaps.next());
        }
    }
}

//! How long the work on a request may take, in this invocation and in all.

use std::time::Duration;

use lilo_lifecycle::Patience;

use crate::send;

/// PutEvents, with its repeats.
pub(crate) const HAND_ON: Duration = Duration::from_secs(20);
/// The work ends this long before the function's time or CloudFormation's does, so that it can be handed on, or answered
/// for.
const MARGIN: Duration =
    Duration::from_secs(5).saturating_add(send::LONGEST).saturating_add(HAND_ON);
/// A handler that knows its time is up still has this long to say so, with a better reason than ours.
const GRACE: Duration = Duration::from_secs(10);
/// Another invocation has to have at least this long to be worth it.
const WORTH: Duration = Duration::from_secs(60);
/// CloudFormation waits an hour at most, which is five invocations of a quarter.
const MOST_HOPS: u32 = 10;

/// What one invocation may take for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    /// The handler's: since CloudFormation asked, and until it would give up.
    pub(crate) patience: Patience,
    /// After which a handler that has not ended is cut off.
    pub(crate) cut_off: Duration,
    /// Whether the work then goes on in another invocation.
    pub(crate) goes_on: bool,
}

impl Times {
    /// The times of a request that is `age` old, in an invocation that has `time_left`; `None` when CloudFormation has given
    /// it up.
    pub(crate) fn of(
        age: Duration,
        service_timeout: Duration,
        time_left: Duration,
        hop: u32,
    ) -> Option<Self> {
        let service = service_timeout.checked_sub(age).filter(|left| !left.is_zero())?;
        let less = |time: Duration, margin| time.saturating_sub(margin).max(time / 2);
        let (invocation, service) = (less(time_left, MARGIN), less(service, MARGIN));
        let goes_on = hop < MOST_HOPS && service >= invocation + WORTH;
        let cut_off = invocation.min(service);
        let end = if goes_on { service } else { cut_off };
        let patience = Patience { spent: age, budget: age + less(end, GRACE) };
        Some(Self { patience, cut_off, goes_on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    #[test]
    fn an_hours_work_goes_on_in_other_invocations_until_cloudformation_would_give_up() {
        let at = |age| Times::of(age, minutes(60), minutes(15), 0).expect("in time");

        let first = at(Duration::ZERO);
        assert!(first.goes_on && first.cut_off < minutes(15));
        assert!(first.patience.budget > minutes(57) && first.patience.budget < minutes(60));
        let last = at(minutes(50));
        assert!(!last.goes_on && last.cut_off < minutes(10));
        assert_eq!(last.patience.spent, minutes(50));
        assert!(last.patience.budget < minutes(60));
    }

    #[test]
    fn what_one_invocation_has_time_for_stays_in_it() {
        let times = Times::of(Duration::ZERO, minutes(15), minutes(15), 0).expect("in time");
        assert!(!times.goes_on);
        assert!(times.patience.budget < times.cut_off && times.cut_off < minutes(14));
    }

    #[test]
    fn hops_are_counted_and_what_is_too_late_has_no_time() {
        assert!(!Times::of(Duration::ZERO, minutes(60), minutes(15), MOST_HOPS).unwrap().goes_on);
        assert_eq!(Times::of(minutes(60), minutes(60), minutes(15), 0), None);
    }
}

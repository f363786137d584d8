//! How long an invocation may still take.

use std::time::{Duration, SystemTime};

use lambda_runtime::Context;

/// What Lambda gives at most, and what is assumed when the deadline is of no use.
const LONGEST: Duration = Duration::from_secs(900);

/// The time from `now` until Lambda ends this invocation.
///
/// `cargo lambda watch` gives a deadline in 1970: one that has passed before the function began counts as none.
#[must_use]
pub fn time_left(context: &Context, now: SystemTime) -> Duration {
    context.deadline().duration_since(now).ok().filter(|left| !left.is_zero()).unwrap_or(LONGEST)
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
    fn a_deadline_in_1970_leaves_what_lambda_gives_at_most() {
        assert_eq!(with_deadline(SystemTime::UNIX_EPOCH + Duration::from_secs(600)), LONGEST);
    }
}

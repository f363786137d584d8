//! Scheduled rules.
//!
//! Source: EventBridge user guide, "Rate expressions reference": a schedule starts when its rule is
//! created.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Buses, Envelope, Rule};

/// A rule's interval in seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Rate(NonZeroU32);

impl Rate {
    /// Parses a rate expression, such as `rate(15 minutes)`.
    ///
    /// # Errors
    /// What is wrong with it; cron expressions are not supported.
    pub(super) fn parse(expression: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "the ScheduleExpression {expression:?} is not supported; write rate(1 minute), \
                 rate(15 minutes) and so on, in minutes, hours or days"
            )
        };
        let fields = expression.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')'));
        let (value, unit) = fields.and_then(|fields| fields.split_once(' ')).ok_or_else(wrong)?;
        let value: NonZeroU32 = value.parse().map_err(|_| wrong())?;
        let seconds = match (value.get(), unit) {
            (1, "minute") | (2.., "minutes") => 60,
            (1, "hour") | (2.., "hours") => 3600,
            (1, "day") | (2.., "days") => 86_400,
            _ => return Err(wrong()),
        };
        let seconds = NonZeroU32::new(seconds).expect("a unit has seconds");
        value.checked_mul(seconds).map(Self).ok_or_else(wrong)
    }

    pub(super) fn period(self) -> Duration {
        Duration::from_secs(self.0.get().into())
    }
}

/// Triggers every scheduled rule of `buses` at its rate, from now until `stop`.
pub(super) fn run(buses: &Arc<Buses>, stop: &CancellationToken) {
    for rule in buses.rules.all() {
        let Some(Rate(seconds)) = rule.rate() else { continue };
        let period = buses.config.second * seconds.get();
        let due = trigger_repeatedly(buses.clone(), rule.clone(), period);
        tokio::spawn(stop.clone().run_until_cancelled_owned(due));
    }
}

async fn trigger_repeatedly(buses: Arc<Buses>, rule: Rule, period: Duration) {
    let mut due = interval_at(Instant::now() + period, period);
    // Triggers once after the machine has slept, not once per missed interval.
    due.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        due.tick().await;
        let event = buses.envelope(&Envelope {
            id: Uuid::new_v4().to_string(),
            source: "aws.events".to_owned(),
            detail_type: "Scheduled Event".to_owned(),
            time: Timestamp::now(),
            resources: vec![rule.arn().to_owned()],
            detail: json!({}),
        });
        buses.deliver(&rule, &event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_in_minutes_hours_or_days() {
        let seconds = |text: &str| Rate::parse(text).unwrap().0.get();
        assert_eq!(seconds("rate(1 minute)"), 60);
        assert_eq!(seconds("rate(15 minutes)"), 900);
        assert_eq!(seconds("rate(1 hour)"), 3600);
        assert_eq!(seconds("rate(2 hours)"), 7200);
        assert_eq!(seconds("rate(7 days)"), 604_800);
    }

    #[test]
    fn any_other_schedule_is_refused_plainly() {
        for wrong in [
            "cron(0 12 * * ? *)",
            "rate(0 minutes)",
            "rate(1 minutes)",
            "rate(15 minute)",
            "rate(-1 minutes)",
            "rate(90 seconds)",
            "rate(15)",
            "rate(4294967295 days)",
            "15 minutes",
        ] {
            let refused = Rate::parse(wrong).unwrap_err();
            assert!(refused.contains(wrong) && refused.contains("rate(15 minutes)"), "{refused}");
        }
    }
}

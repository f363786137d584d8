//! Times and rates for people; times of day are in the machine's time zone.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// `15:04:05`.
#[must_use]
pub fn time_of_day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string()
}

/// `8 s`, `3 min 8 s`, `2 h 3 min`.
#[must_use]
pub fn duration(time: SignedDuration) -> String {
    let seconds = time.as_secs().max(0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// `10.8 Mb/s`, of bits per second.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn megabits(rate: u64) -> String {
    format!("{:.1} Mb/s", rate as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_its_two_largest_units() {
        let duration = |seconds| duration(SignedDuration::from_secs(seconds));
        assert_eq!(duration(-1), "0 s");
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(188), "3 min 8 s");
        assert_eq!(duration(7_500), "2 h 5 min");
    }
}

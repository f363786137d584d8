//! The picture's size and rate: the job's, or the source's where the job leaves them out.

use std::time::Duration;

use crate::source::Source;
use crate::{Gop, Job};

/// Used when both the job and the source are silent.
const FALLBACK: Format = Format { width: 1920, height: 1080, frame_rate: (25, 1) };

/// The rates that a source's average is rounded to if it is within half a percent.
const COMMON_RATES: [(u32, u32); 8] = [
    (24_000, 1_001),
    (24, 1),
    (25, 1),
    (30_000, 1_001),
    (30, 1),
    (50, 1),
    (60_000, 1_001),
    (60, 1),
];
const FASTEST: f64 = 120.0;

/// Size and rate of the pictures that the encoder gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// Pixels.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
    /// Frames per second as numerator and denominator.
    pub(crate) frame_rate: (u32, u32),
}

impl Format {
    /// Whether the job says everything, so that the source need not be known.
    pub(crate) fn is_given(job: &Job) -> bool {
        let video = &job.video;
        video.width.is_some() && video.height.is_some() && video.frame_rate.is_some()
    }

    pub(crate) fn of(job: &Job, source: Option<&Source>) -> Self {
        let own = source.map_or(FALLBACK, |source| Self {
            // H.264 in 4:2:0 has even sizes.
            width: source.size.0.next_multiple_of(2).max(16),
            height: source.size.1.next_multiple_of(2).max(16),
            frame_rate: source.frame_rate.map_or(FALLBACK.frame_rate, rounded),
        });
        Self {
            width: job.video.width.unwrap_or(own.width),
            height: job.video.height.unwrap_or(own.height),
            frame_rate: job.video.frame_rate.unwrap_or(own.frame_rate),
        }
    }

    /// Bytes per picture: YUV 4:2:0, so chroma has half the height and width.
    pub(crate) fn picture_bytes(self) -> usize {
        let [width, height] = [self.width, self.height].map(|pixels| pixels as usize);
        width * height + 2 * width.div_ceil(2) * height.div_ceil(2)
    }

    /// Rounded up.
    pub(crate) fn pixels_per_second(self) -> u64 {
        let (numerator, denominator) = self.frame_rate;
        let pixels = u64::from(self.width) * u64::from(self.height) * u64::from(numerator);
        pixels.div_ceil(u64::from(denominator))
    }

    /// The frames in a group of pictures.
    pub(crate) fn gop_frames(self, gop: Gop) -> u32 {
        match gop {
            Gop::Frames(frames) => frames,
            Gop::Time(time) => {
                let (numerator, denominator) = self.frame_rate;
                let scaled = time.as_millis() * u128::from(numerator);
                let frames =
                    (scaled + 500 * u128::from(denominator)) / (1_000 * u128::from(denominator));
                u32::try_from(frames.max(1)).unwrap_or(u32::MAX)
            }
        }
    }

    /// The picture that is due at a time in nanoseconds, rounded to the nearest.
    pub(crate) fn slot(self, time: i64) -> u64 {
        let (numerator, denominator) = self.frame_rate;
        let whole = 1_000_000_000 * i128::from(denominator);
        let slot = (2 * i128::from(time) * i128::from(numerator) + whole).div_euclid(2 * whole);
        u64::try_from(slot).unwrap_or(0)
    }

    /// The pictures in this time, rounded to the nearest.
    pub(crate) fn slots(self, time: Duration) -> u64 {
        self.slot(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX))
    }

    /// When a picture is due, in nanoseconds.
    pub(crate) fn time(self, slot: u64) -> i64 {
        let (numerator, denominator) = self.frame_rate;
        let time =
            i128::from(slot) * 1_000_000_000 * i128::from(denominator) / i128::from(numerator);
        i64::try_from(time).unwrap_or(i64::MAX)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rounded number between 1 and 120"
)]
fn rounded(rate: f64) -> (u32, u32) {
    let off = |(numerator, denominator): (u32, u32)| {
        (f64::from(numerator) / f64::from(denominator) / rate - 1.0).abs()
    };
    let nearest = COMMON_RATES.into_iter().min_by(|a, b| off(*a).total_cmp(&off(*b)));
    nearest
        .filter(|nearest| off(*nearest) < 0.005)
        .unwrap_or((rate.round().clamp(1.0, FASTEST) as u32, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NTSC: Format = Format { frame_rate: (30_000, 1_001), ..FALLBACK };

    #[test]
    fn a_sources_rate_becomes_the_nearest_common_one() {
        for (rate, expected) in [
            (29.97, (30_000, 1_001)),
            (30.0, (30, 1)),
            (29.87, (30_000, 1_001)),
            (23.976, (24_000, 1_001)),
            (12.4, (12, 1)),
            (0.2, (1, 1)),
            (1_000.0, (120, 1)),
        ] {
            assert_eq!(rounded(rate), expected, "{rate}");
        }
    }

    #[test]
    fn seconds_of_a_group_become_frames() {
        assert_eq!(NTSC.gop_frames(Gop::Time(Duration::from_secs(2))), 60);
        assert_eq!(FALLBACK.gop_frames(Gop::Time(Duration::from_millis(1))), 1);
        assert_eq!(FALLBACK.gop_frames(Gop::Frames(50)), 50);
    }

    #[test]
    fn a_slot_is_found_again_by_its_time_after_a_year() {
        for slot in [0, 1, 29, 30, 946_080_000] {
            assert_eq!(NTSC.slot(NTSC.time(slot)), slot);
        }
        assert_eq!(FALLBACK.slot(-5), 0);
        assert_eq!(FALLBACK.slot(20_000_000), 1, "half a picture is rounded up");
    }
}

//! The pictures of one pass: which one is shown when.
//!
//! A function of pictures and their times. Must not know where they come from, or wait.

use bytes::Bytes;

use super::nut::Frame;
use crate::format::Format;

/// Pictures in the order of time. The first is shown from the beginning of the pass, each one until
/// the next, and the last until the end.
#[derive(Debug)]
pub(super) struct PictureLine {
    format: Format,
    origin: i64,
    shown: Bytes,
    upcoming: Option<(u64, Bytes)>,
    last: i64,
    step: i64,
    count: u64,
}

impl PictureLine {
    /// `origin` is the time of the pass's beginning.
    pub(super) fn new(format: Format, origin: i64, first: Frame) -> Self {
        let last = first.time.saturating_sub(origin);
        Self {
            format,
            origin,
            shown: first.data,
            upcoming: None,
            last,
            step: format.time(1),
            count: 1,
        }
    }

    /// Whether the picture at `slot` depends on pictures that have not been pushed.
    pub(super) fn needs_more_for(&mut self, slot: u64) -> bool {
        if self.upcoming.as_ref().is_some_and(|(due, _)| *due <= slot) {
            self.shown = self.upcoming.take().expect("there is one").1;
        }
        self.upcoming.is_none()
    }

    /// Adds a picture. Call it only when the line needs one.
    pub(super) fn push(&mut self, frame: Frame) {
        let time = frame.time.saturating_sub(self.origin);
        self.count += 1;
        if time > self.last {
            self.step = time.saturating_sub(self.last);
        }
        self.last = self.last.max(time);
        self.upcoming = Some((self.format.slot(time), frame.data));
    }

    /// The picture that is shown now.
    pub(super) fn shown(&self) -> Bytes {
        self.shown.clone()
    }

    /// The slot of the picture after the one that is shown.
    pub(super) fn upcoming(&self) -> Option<u64> {
        self.upcoming.as_ref().map(|(due, _)| *due)
    }

    /// The pictures so far.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// When the last picture began.
    pub(super) fn last(&self) -> i64 {
        self.last
    }

    /// When the last picture ends, judged by the picture before it.
    pub(super) fn end(&self) -> i64 {
        self.last.saturating_add(self.step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: Format = Format { width: 16, height: 16, frame_rate: (25, 1) };
    const MILLI: i64 = 1_000_000;

    fn frame(millis: i64, name: u8) -> Frame {
        Frame { time: millis * MILLI, data: vec![name].into() }
    }

    /// The names of the pictures that are shown in the first slots.
    fn shown(frames: &[(i64, u8)], slots: u64) -> String {
        let mut frames = frames.iter().map(|(millis, name)| frame(*millis, *name));
        let mut line = PictureLine::new(FORMAT, 0, frames.next().unwrap());
        let mut names = String::new();
        for slot in 0..slots {
            while line.needs_more_for(slot) {
                let Some(frame) = frames.next() else { break };
                line.push(frame);
            }
            names.push(char::from(line.shown()[0]));
        }
        names
    }

    #[test]
    fn each_picture_is_shown_from_its_time_to_the_next() {
        for (frames, expected) in [
            (vec![(0, b'a'), (40, b'b'), (80, b'c')], "abcc"),
            (vec![(0, b'a'), (120, b'b')], "aaab"),
            (vec![(100, b'a'), (160, b'b')], "aaaab"),
            (vec![(0, b'a'), (10, b'b'), (30, b'c'), (80, b'd')], "bcdd"),
            (vec![(0, b'a'), (59, b'b'), (61, b'c')], "abcc"),
        ] {
            let slots = u64::try_from(expected.len()).unwrap();
            assert_eq!(shown(&frames, slots), expected, "{frames:?}");
        }
    }

    #[test]
    fn the_last_picture_lasts_as_long_as_the_one_before_it() {
        let mut line = PictureLine::new(FORMAT, 5 * MILLI, frame(5, b'a'));
        assert_eq!(line.end(), 40 * MILLI);
        line.push(frame(105, b'b'));
        assert_eq!((line.last(), line.end()), (100 * MILLI, 200 * MILLI));
    }
}

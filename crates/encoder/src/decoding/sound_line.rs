//! The sound of one pass, from its beginning and without gaps.
//!
//! A function of samples and their positions. Must not know where they come from, or wait.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use crate::command::SAMPLE;

/// Smaller jumps of timestamps are noise: containers round them, and filling or cutting would be
/// heard.
const NOISE_MILLIS: u64 = 20;
/// Decoders may leave a codec's padding behind the declared end, up to this much: ffmpeg 5.1 does
/// so with AAC.
const PADDING_MILLIS: u64 = 50;

/// Sound in the order of time. Positions count samples from the beginning of the pass.
#[derive(Debug)]
pub(super) struct SoundLine {
    sample_rate: u64,
    waiting: VecDeque<Piece>,
    /// Samples that wait.
    length: u64,
    /// The position behind the last of them.
    end: u64,
    /// The position behind the last sample that was pushed.
    heard: u64,
}

#[derive(Debug)]
enum Piece {
    Samples(Bytes),
    Silence(u64),
}

impl SoundLine {
    pub(super) fn new(sample_rate: u32) -> Self {
        Self {
            sample_rate: sample_rate.into(),
            waiting: VecDeque::new(),
            length: 0,
            end: 0,
            heard: 0,
        }
    }

    /// Appends samples; fills a gap before them, and cuts off what is already there.
    pub(super) fn push(&mut self, at: i64, mut samples: Bytes) {
        let noise = self.samples(NOISE_MILLIS);
        let end = i64::try_from(self.end).unwrap_or(i64::MAX);
        let apart = at.saturating_sub(end);
        if apart.unsigned_abs() > noise {
            if apart > 0 {
                self.append(Piece::Silence(apart.unsigned_abs()));
            } else {
                let known = usize::try_from(apart.unsigned_abs()).unwrap_or(usize::MAX);
                drop(samples.split_to(samples.len().min(known.saturating_mul(SAMPLE))));
            }
        }
        if !samples.is_empty() {
            self.append(Piece::Samples(samples));
            self.heard = self.end;
        }
    }

    /// Samples that can be taken.
    pub(super) fn waiting(&self) -> u64 {
        self.length
    }

    /// The position behind the last sample that is no silence in its place.
    pub(super) fn heard_end(&self) -> u64 {
        self.heard
    }

    /// How many samples have to wait behind those that are taken, until the end is known: they may
    /// be padding.
    pub(super) fn lookahead(&self) -> u64 {
        self.samples(PADDING_MILLIS)
    }

    /// Cuts off a codec's padding behind the declared end.
    pub(super) fn trim(&mut self, declared_end: u64) {
        let over = self.end.saturating_sub(declared_end);
        if over > self.samples(PADDING_MILLIS) {
            return;
        }
        let mut over = over.min(self.length);
        self.length -= over;
        self.end -= over;
        self.heard = self.heard.min(self.end);
        while over > 0 {
            match self.waiting.pop_back() {
                Some(piece) if piece.length() <= over => over -= piece.length(),
                Some(piece) => {
                    let kept = piece.length() - over;
                    self.waiting.push_back(piece.split(kept).0);
                    over = 0;
                }
                None => return,
            }
        }
    }

    /// Takes the next samples. If too few wait, silence takes the place of the others, also when
    /// they come later.
    pub(super) fn take(&mut self, samples: usize) -> Bytes {
        let bytes = samples * SAMPLE;
        let mut taken = BytesMut::with_capacity(bytes);
        while taken.len() < bytes {
            let Some(piece) = self.waiting.pop_front() else { break };
            let missing = ((bytes - taken.len()) / SAMPLE) as u64;
            let (now, later) = piece.split(missing);
            self.length -= now.length();
            match now {
                Piece::Samples(samples) => taken.extend_from_slice(&samples),
                Piece::Silence(samples) => taken.resize(taken.len() + to_bytes(samples), 0),
            }
            if let Some(later) = later {
                self.waiting.push_front(later);
            }
        }
        self.end += ((bytes - taken.len()) / SAMPLE) as u64;
        taken.resize(bytes, 0);
        taken.freeze()
    }

    fn append(&mut self, piece: Piece) {
        self.length += piece.length();
        self.end += piece.length();
        self.waiting.push_back(piece);
    }

    fn samples(&self, millis: u64) -> u64 {
        self.sample_rate * millis / 1_000
    }
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Samples(samples) => (samples.len() / SAMPLE) as u64,
            Self::Silence(samples) => *samples,
        }
    }

    fn split(self, samples: u64) -> (Self, Option<Self>) {
        if self.length() <= samples {
            return (self, None);
        }
        match self {
            Self::Samples(mut all) => {
                let first = all.split_to(to_bytes(samples));
                (Self::Samples(first), Some(Self::Samples(all)))
            }
            Self::Silence(all) => (Self::Silence(samples), Some(Self::Silence(all - samples))),
        }
    }
}

fn to_bytes(samples: u64) -> usize {
    usize::try_from(samples).expect("a pass's sound fits in memory") * SAMPLE
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At a thousand samples a second, a sample is a millisecond.
    fn line() -> SoundLine {
        SoundLine::new(1_000)
    }

    fn tone(samples: usize, value: u8) -> Bytes {
        vec![value; samples * SAMPLE].into()
    }

    /// One digit a sample.
    fn heard(line: &mut SoundLine, samples: usize) -> String {
        line.take(samples).chunks(SAMPLE).map(|sample| char::from(b'0' + sample[0])).collect()
    }

    #[test]
    fn small_jumps_are_ignored_and_large_ones_filled_or_cut() {
        for (second_at, expected) in [
            (30, "1".repeat(30) + &"2".repeat(30)),
            (50, "1".repeat(30) + &"2".repeat(30)),
            (51, "1".repeat(30) + &"0".repeat(21) + &"2".repeat(9)),
            (10, "1".repeat(30) + &"2".repeat(30)),
            (5, "1".repeat(30) + &"2".repeat(5)),
            (-40, "1".repeat(30)),
        ] {
            let mut line = line();
            line.push(0, tone(30, 1));
            line.push(second_at, tone(30, 2));
            let there = usize::try_from(line.waiting()).unwrap().min(60);
            assert_eq!(heard(&mut line, there), expected, "{second_at}");
        }
    }

    #[test]
    fn sound_that_comes_too_late_is_replaced_in_its_place() {
        let mut line = line();
        line.push(0, tone(10, 1));
        assert_eq!(heard(&mut line, 60), "1".repeat(10) + &"0".repeat(50));
        line.push(10, tone(60, 2));
        line.push(70, tone(10, 3));
        assert_eq!(heard(&mut line, 20), "2".repeat(10) + &"3".repeat(10));
    }

    #[test]
    fn silence_in_the_place_of_sound_is_not_its_end() {
        let mut line = line();
        line.push(0, tone(10, 1));
        heard(&mut line, 500);
        assert_eq!(line.heard_end(), 10);
    }

    #[test]
    fn a_long_gap_takes_no_memory() {
        let mut line = line();
        line.push(3_600_000_000, tone(1, 1));
        assert_eq!(line.waiting.len(), 2);
        assert_eq!(line.heard_end(), 3_600_000_001);
        assert_eq!(heard(&mut line, 3), "000");
    }

    #[test]
    fn a_codecs_padding_is_trimmed_and_longer_sound_is_kept() {
        for (length, declared, expected) in
            [(100, 60, 60), (100, 49, 100), (100, 100, 100), (100, 200, 100)]
        {
            let mut line = line();
            line.push(0, tone(50, 1));
            line.push(50, tone(length - 50, 2));
            line.trim(declared);
            assert_eq!((line.waiting(), line.heard_end()), (expected, expected), "{declared}");
        }
    }
}

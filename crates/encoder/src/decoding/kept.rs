//! A short pass, kept decoded: starting decoders would take longer than it lasts.

use bytes::{Bytes, BytesMut};

use crate::command::SAMPLE;
use crate::feed::Tick;

/// A whole pass.
#[derive(Debug)]
pub(super) struct Kept {
    /// Each with the first slot that shows it.
    pictures: Vec<(u64, Bytes)>,
    sound: Bytes,
    slots: u64,
}

/// Collects a pass while it plays, if it takes no more than so many bytes. A picture that stays is
/// counted once.
#[derive(Debug)]
pub(super) struct Keeper {
    pictures: Vec<(u64, Bytes)>,
    sound: Vec<Bytes>,
    slots: u64,
    room: usize,
    /// Nothing is kept any more.
    full: bool,
}

impl Keeper {
    pub(super) fn new(room: usize) -> Self {
        Self { pictures: Vec::new(), sound: Vec::new(), slots: 0, room, full: room == 0 }
    }

    pub(super) fn add(&mut self, tick: &Tick) {
        let same = |(_, last): &(u64, Bytes)| last.as_ptr() == tick.picture.as_ptr();
        let new = !self.pictures.last().is_some_and(same);
        let bytes = tick.sound.len() + if new { tick.picture.len() } else { 0 };
        if self.full || bytes > self.room {
            *self = Self::new(0);
            return;
        }
        self.room -= bytes;
        if new {
            self.pictures.push((self.slots, tick.picture.clone()));
        }
        self.sound.push(tick.sound.clone());
        self.slots += 1;
    }

    /// Whether the pass will not be kept.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// The pass, if it had room.
    pub(super) fn finish(self) -> Option<Kept> {
        let mut sound = BytesMut::new();
        self.sound.iter().for_each(|samples| sound.extend_from_slice(samples));
        let whole = !self.full && self.slots > 0;
        whole.then(|| Kept { pictures: self.pictures, sound: sound.freeze(), slots: self.slots })
    }
}

impl Kept {
    /// Plays the pass once more.
    pub(super) fn replay(&self) -> Replay<'_> {
        Replay { kept: self, slot: 0, picture: 0, sound: self.sound.clone() }
    }
}

/// One more time of a kept pass.
#[derive(Debug)]
pub(super) struct Replay<'kept> {
    kept: &'kept Kept,
    slot: u64,
    picture: usize,
    sound: Bytes,
}

impl Replay<'_> {
    /// The next picture with so many samples; `None` at the end. The number of samples in a pass
    /// differs by one from time to time where a picture's sound is no whole number of them.
    pub(super) fn next(&mut self, samples: usize) -> Option<Tick> {
        let Kept { pictures, slots, .. } = self.kept;
        if self.slot == *slots {
            return None;
        }
        if pictures.get(self.picture + 1).is_some_and(|(slot, _)| *slot <= self.slot) {
            self.picture += 1;
        }
        self.slot += 1;
        let bytes = samples * SAMPLE;
        let mut sound = self.sound.split_to(bytes.min(self.sound.len()));
        if sound.len() < bytes {
            let mut padded = BytesMut::from(&sound[..]);
            padded.resize(bytes, 0);
            sound = padded.freeze();
        }
        Some(Tick { picture: pictures[self.picture].1.clone(), sound })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(picture: &Bytes, samples: usize) -> Tick {
        Tick { picture: picture.clone(), sound: vec![1; samples * SAMPLE].into() }
    }

    #[test]
    fn a_kept_pass_plays_again_as_it_was() {
        let [a, b] = [b'a', b'b'].map(|name| Bytes::from(vec![name; 100]));
        let mut keeper = Keeper::new(1_000);
        for picture in [&a, &a, &b, &a] {
            keeper.add(&tick(picture, 5));
        }
        assert_eq!(keeper.room, 1_000 - 3 * 100 - 4 * 5 * SAMPLE);

        let kept = keeper.finish().unwrap();

        for _ in 0..2 {
            let mut replay = kept.replay();
            let ticks: Vec<_> = std::iter::from_fn(|| replay.next(5)).collect();
            let pictures: Vec<_> = ticks.iter().map(|tick| tick.picture[0]).collect();
            assert_eq!(pictures, *b"aaba");
            assert!(ticks.iter().all(|tick| tick.sound == vec![1; 5 * SAMPLE]));
        }
    }

    #[test]
    fn a_missing_sample_at_the_end_is_silence() {
        let mut keeper = Keeper::new(1_000);
        keeper.add(&tick(&Bytes::from_static(b"a"), 5));
        let kept = keeper.finish().unwrap();
        let sound = kept.replay().next(6).unwrap().sound;
        assert_eq!(sound, [vec![1; 5 * SAMPLE], vec![0; SAMPLE]].concat());
    }

    #[test]
    fn a_pass_that_is_too_long_is_not_kept() {
        let mut keeper = Keeper::new(250);
        let pictures = [b'a', b'b', b'c'].map(|name| Bytes::from(vec![name; 100]));
        for (picture, full) in pictures.iter().zip([false, false, true]) {
            keeper.add(&tick(picture, 0));
            assert_eq!(keeper.is_full(), full);
        }
        assert!(keeper.finish().is_none());
    }
}

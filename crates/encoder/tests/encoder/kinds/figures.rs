//! What a recording shows, in figures: the order and the number of the pictures of each pass, how
//! far the sound is from the picture, and how much of it is silent or black.

use std::fmt;
use std::ops::RangeInclusive;

use super::chirp::{Heard, STEP_SECONDS};
use super::code::Seen;

/// The length of a received picture in seconds.
const PICTURE: f64 = 0.04;
/// How many pictures make one measurement of the offset: a second of them.
const GROUP: usize = 25;
/// How many hundredths of a second tell when a pass began.
const FEW: usize = 20;
/// How far the source's time may jump within a pass, in seconds.
const JUMP: f64 = 0.02;

/// A recording: pictures and sound, each with the time of the first one.
pub(super) struct Received {
    pub(super) pictures: Vec<Seen>,
    pub(super) first_picture: f64,
    pub(super) sound: Vec<Heard>,
    pub(super) first_sound: f64,
}

/// How the source's pictures should follow each other.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// Pictures a second.
    pub(super) rate: f64,
    /// From one picture to the next. Not 1 where the source has another rate than the output.
    pub(super) least: u8,
    pub(super) most: u8,
    /// The pictures that stay for a while.
    pub(super) held: &'static [u8],
}

#[derive(Debug, Default)]
pub(super) struct Figures {
    /// The pictures of each whole pass.
    pub(super) passes: Vec<usize>,
    /// The first and the last number of each whole pass.
    pub(super) ends: Vec<(u8, u8)>,
    /// Pictures that are not the one after the one before: lost, repeated or in disorder.
    pub(super) disorder: usize,
    /// By how many milliseconds the sound is late, at most and at least over a second.
    pub(super) offset: Option<(f64, f64)>,
    /// The length of each pass in milliseconds, by its sound.
    pub(super) sound_passes: Vec<f64>,
    /// Where the sound jumps within a pass.
    pub(super) jumps: usize,
    /// Percent of the time.
    pub(super) silent: f64,
    /// Neither silent nor the tone.
    pub(super) noise: f64,
    pub(super) black: f64,
    /// Percent of pictures that are neither black nor numbered.
    pub(super) unknown: f64,
}

impl Received {
    pub(super) fn figures(&self, steps: Steps) -> Figures {
        let passes = self.picture_passes();
        // What comes before the first end of a pass is whole; what comes after the last one is not.
        let whole = &passes[..passes.len().saturating_sub(1)];
        let number = |at: usize| match self.pictures[at] {
            Seen::Number(number) => number,
            Seen::Black | Seen::Other => unreachable!("a pass has numbers at both ends"),
        };
        let sound_starts = self.sound_starts();
        let offsets = self.offsets(&passes, steps);
        let percent = |wanted| percent(self.pictures.iter().map(|it| *it == wanted));
        Figures {
            passes: whole.iter().map(|pass| pass.clone().count()).collect(),
            ends: whole.iter().map(|pass| (number(*pass.start()), number(*pass.end()))).collect(),
            disorder: passes.iter().map(|pass| self.disorder(pass, steps)).sum(),
            offset: offsets.iter().fold(None, |found, offset| {
                let (least, most) = found.unwrap_or((*offset, *offset));
                Some((offset.min(least), offset.max(most)))
            }),
            sound_passes: sound_starts.windows(2).map(|it| 1_000.0 * (it[1] - it[0])).collect(),
            jumps: self.jumps(),
            silent: self.share(whole, |heard| *heard == Heard::Silence),
            noise: self.share(whole, |heard| *heard == Heard::Other),
            black: percent(Seen::Black),
            unknown: percent(Seen::Other),
        }
    }

    /// The pictures from one great fall of their numbers to the next.
    fn picture_passes(&self) -> Vec<RangeInclusive<usize>> {
        let numbers: Vec<_> = self.pictures.iter().enumerate().filter_map(numbered).collect();
        let last = numbers.iter().map(|(_, number)| *number).max().unwrap_or_default();
        let first = numbers.iter().map(|(_, number)| *number).min().unwrap_or_default();
        let falls = |before: u8, after: u8| before > after && before - after > (last - first) / 2;
        let passes = numbers.chunk_by(|before, after| !falls(before.1, after.1));
        passes.map(|pass| pass[0].0..=pass[pass.len() - 1].0).collect()
    }

    fn disorder(&self, pass: &RangeInclusive<usize>, steps: Steps) -> usize {
        let pairs = self.pictures[pass.clone()].windows(2);
        let wrong = pairs.filter(|pair| match (pair[0], pair[1]) {
            (Seen::Number(before), Seen::Number(after)) => {
                let held = before == after && steps.held.contains(&before);
                let (least, most) = (before + steps.least, before + steps.most);
                !held && !(least..=most).contains(&after)
            }
            (Seen::Number(_) | Seen::Black | Seen::Other, _) => true,
        });
        wrong.count()
    }

    /// At each first showing of a picture but a pass's first one; the median of a second of them.
    fn offsets(&self, passes: &[RangeInclusive<usize>], steps: Steps) -> Vec<f64> {
        let mut medians = Vec::new();
        for pass in passes {
            let shown = pass.clone().zip(self.pictures[pass.clone()].windows(2));
            let offsets: Vec<_> = shown
                .filter_map(|(at, pair)| match (pair[0], pair[1]) {
                    (Seen::Number(before), Seen::Number(after)) if before != after => {
                        let time = self.first_picture + PICTURE * count(at + 1);
                        let picture_start = time - f64::from(after) / steps.rate;
                        Some(1_000.0 * (self.sound_start(time)? - picture_start))
                    }
                    (Seen::Number(_) | Seen::Black | Seen::Other, _) => None,
                })
                .collect();
            let groups = offsets.chunks(GROUP).filter(|group| group.len() > 4);
            medians.extend(groups.map(|group| median(group.to_vec())));
        }
        medians
    }

    /// When a pass began whose sound is heard at a time.
    fn sound_start(&self, time: f64) -> Option<f64> {
        let close = self.tones().filter(|(_, at, _)| (at - time).abs() < 0.015);
        let nearest = close.min_by(|a, b| (a.1 - time).abs().total_cmp(&(b.1 - time).abs()));
        nearest.map(|(_, at, tone)| at - tone)
    }

    /// Position, time of reception and time in the source of each clear hundredth of a second.
    fn tones(&self) -> impl Iterator<Item = (usize, f64, f64)> {
        self.sound.iter().enumerate().filter_map(|(at, heard)| match heard {
            Heard::Tone(tone) => Some((at, self.sound_time(at), *tone)),
            Heard::Silence | Heard::Other => None,
        })
    }

    /// The middle of a hundredth of a second.
    fn sound_time(&self, at: usize) -> f64 {
        self.first_sound + STEP_SECONDS * (count(at) + 0.5)
    }

    /// When each pass began, by the beginning of its sound.
    fn sound_starts(&self) -> Vec<f64> {
        let tones: Vec<_> = self.tones().collect();
        let fall = great_fall(&tones);
        let passes = tones.chunk_by(|before, after| before.2 - after.2 < fall);
        let long = passes.filter(|pass| pass.len() >= FEW);
        let start = |pass: &[(usize, f64, f64)]| {
            median(pass.iter().take(FEW).map(|(_, at, tone)| at - tone).collect())
        };
        long.map(start).collect()
    }

    /// From one twentieth of a second to the next: a single noisy measurement is no jump.
    fn jumps(&self) -> usize {
        let tones: Vec<_> = self.tones().collect();
        let fall = great_fall(&tones);
        let unbroken = tones.chunk_by(|before, after| {
            let between = &self.sound[before.0..after.0];
            between.len() <= 5 && !between.contains(&Heard::Silence) && before.2 - after.2 < fall
        });
        let jumps = unbroken.map(|tones| {
            let starts = tones.chunks_exact(5).map(|few| few.iter().map(|it| it.1 - it.2));
            let starts: Vec<_> = starts.map(|few| median(few.collect())).collect();
            starts.windows(2).filter(|pair| (pair[0] - pair[1]).abs() > JUMP).count()
        });
        jumps.sum()
    }

    /// Of the whole passes if there are any, as a part of a pass has its own share of silence.
    fn share(&self, whole: &[RangeInclusive<usize>], wanted: fn(&Heard) -> bool) -> f64 {
        let picture = |at: usize| self.first_picture + PICTURE * count(at);
        let (from, until) = match (whole.first(), whole.last()) {
            (Some(first), Some(last)) => (picture(*first.start()), picture(*last.end() + 1)),
            (Some(_) | None, _) => (self.first_picture, f64::MAX),
        };
        let heard = self.sound.iter().enumerate().filter(|(at, _)| {
            let time = self.sound_time(*at);
            from < time && time < until
        });
        percent(heard.map(|(_, heard)| wanted(heard)))
    }
}

fn numbered((at, seen): (usize, &Seen)) -> Option<(usize, u8)> {
    match seen {
        Seen::Number(number) => Some((at, *number)),
        Seen::Black | Seen::Other => None,
    }
}

/// By how much the source's time falls from one pass to the next, at least: half of all but the
/// highest ones, which may be noise.
fn great_fall(tones: &[(usize, f64, f64)]) -> f64 {
    let mut times: Vec<_> = tones.iter().map(|tone| tone.2).collect();
    times.sort_by(f64::total_cmp);
    let high = times.get(times.len() * 9 / 10).unwrap_or(&0.0);
    (high - times.first().unwrap_or(&0.0)) / 2.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn percent(all: impl Iterator<Item = bool>) -> f64 {
    let (mut wanted, mut total) = (0, 0);
    for it in all {
        wanted += usize::from(it);
        total += 1;
    }
    100.0 * count(wanted) / count(total.max(1))
}

fn count(of: usize) -> f64 {
    f64::from(u32::try_from(of).unwrap())
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passes, ends, disorder, sound_passes, jumps, .. } = self;
        let Self { offset, silent, noise, black, unknown, .. } = self;
        let ends: Vec<_> = ends.iter().map(|(first, last)| format!("{first}-{last}")).collect();
        let ends = ends.join(" ");
        let offset =
            offset.map_or("none".to_owned(), |(least, most)| format!("{least:.1} to {most:.1} ms"));
        write!(formatter, "pictures {passes:?} ({ends}), disorder {disorder}, offset {offset}, ")?;
        write!(formatter, "sound passes {sound_passes:.0?} ms, jumps {jumps}, ")?;
        write!(
            formatter,
            "silent {silent:.1} %, noise {noise:.1} %, black {black:.1} %, unknown {unknown:.1} %"
        )
    }
}

//! One pass of the source: decoded from a clean state, and laid on the job's pictures.
//!
//! Decides how long a pass is, and what takes the place of sound that does not come. It lasts as
//! long as its longest stream, in whole pictures.

use std::time::Duration;

use tokio::time::timeout;
use tracing::warn;

use super::decoder::{Decoder, Decoders, Ending};
use super::first_sound::FirstSound;
use super::nut::Frame;
use super::picture_line::PictureLine;
use super::sound_line::SoundLine;
use crate::Audio;
use crate::command;
use crate::error::Error;
use crate::feed::Tick;
use crate::format::Format;
use crate::source::{Source, without_secrets};

/// How far the picture's decoder may be ahead: a second, but no more bytes than four pictures of
/// 1080p.
const PICTURES_AHEAD: Duration = Duration::from_secs(1);
const PICTURE_BYTES_AHEAD: usize = 12_500_000;
/// How long the first picture waits for the first sound.
const SOUND_START: Duration = Duration::from_secs(3);
/// How long a picture waits for its sound, once until sound has come again: less than the relay has
/// buffered.
const SOUND_PATIENCE: Duration = Duration::from_millis(400);
/// How much silence may follow the last picture while sound does not come.
const SOUND_GIVEN_UP: Duration = Duration::from_secs(5);
/// A time without a picture that is told in the log.
const LONG_GAP: Duration = Duration::from_secs(10);
/// A stream that is shorter than declared by more than this, and had errors, is damaged.
const DAMAGE: i64 = 500_000_000;

/// A pass that plays.
#[derive(Debug)]
pub(super) struct Pass {
    format: Format,
    slot: u64,
    pictures: PictureLine,
    picture_stream: Stream,
    sound: SoundLine,
    sound_stream: Stream,
    /// Samples per second; 0 without sound.
    sample_rate: u32,
    origin: i64,
    /// How long silence has taken the place of sound that did not come.
    late: Duration,
    /// Sound is not waited for until enough of it has come again.
    hurried: bool,
    /// Silence has taken the place of sound.
    was_late: bool,
    /// Why there is no sound.
    no_sound: Option<String>,
}

/// One of the two streams.
#[derive(Debug)]
struct Stream {
    /// `None` once it has ended.
    decoder: Option<Decoder>,
    ending: Ending,
    /// In nanoseconds from the beginning of the pass.
    declared_end: Option<i64>,
}

/// What a pass was like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Its length.
    pub(super) slots: u64,
    /// Its pictures, those that stay counted once.
    pub(super) pictures: u64,
    pub(super) flaws: Flaws,
    /// Nothing is missing, not even for a moment.
    pub(super) is_whole: bool,
}

/// What is wrong with a pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Flaws {
    /// Why a part of the picture is missing.
    pub(super) picture: Option<String>,
    /// Why a part of the sound is missing, or all of it.
    pub(super) sound: Option<String>,
}

impl Pass {
    /// Starts the decoders and waits for their first frames. Tries the audio tracks one after
    /// another until one can be decoded.
    ///
    /// # Errors
    /// [`Error::Source`] when there is no picture; [`Error::Missing`].
    pub(super) async fn start(
        decoders: &Decoders,
        format: Format,
        audio: Option<&Audio>,
        source: &Source,
    ) -> Result<Self, Error> {
        let picture_bytes = format.picture_bytes();
        let ahead = usize::try_from(format.slots(PICTURES_AHEAD)).unwrap_or(usize::MAX).max(1);
        let ahead = ahead.saturating_mul(picture_bytes).min(PICTURE_BYTES_AHEAD);
        let pictures = command::pictures(format, source);
        let mut decoder = decoders.start(pictures, ahead, picture_bytes)?;
        let mut sound = FirstSound::start(decoders, audio, source)?;
        let (first, heard) =
            tokio::join!(decoder.next(), timeout(SOUND_START, sound.first(decoders)));
        // The picture does not wait for sound that begins late in the file.
        let heard = heard.unwrap_or(Ok(None))?;
        let Some(first) = first else {
            let ending = decoder.ending().await;
            let told = ending.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            let reason = format!("no picture can be decoded{told}");
            return Err(Error::Source { url: without_secrets(&decoders.url), reason });
        };
        let origin = heard.iter().map(|frame| frame.time).fold(first.time, i64::min);
        let stream = |decoder, declared_end: Option<i64>| {
            let declared_end = declared_end.map(|end| end.saturating_sub(origin));
            Stream { decoder, ending: Ending::default(), declared_end }
        };
        let sample_rate = audio.map_or(0, |audio| audio.sample_rate);
        let mut pass = Self {
            format,
            slot: 0,
            pictures: PictureLine::new(format, origin, first),
            picture_stream: stream(Some(decoder), source.video_end),
            sound: SoundLine::new(sample_rate),
            sound_stream: stream(sound.decoder, sound.declared_end),
            sample_rate,
            origin,
            late: Duration::ZERO,
            hurried: false,
            was_late: false,
            no_sound: sound.reason,
        };
        if let Some(frame) = heard {
            pass.push_sound(frame);
        }
        Ok(pass)
    }

    /// The next picture with so many samples; `None` at the end.
    pub(super) async fn next(&mut self, samples: usize) -> Option<Tick> {
        self.read_pictures().await;
        self.read_sound(samples as u64).await;
        if self.is_over() {
            return None;
        }
        self.slot += 1;
        Some(Tick { picture: self.pictures.shown(), sound: self.sound.take(samples) })
    }

    /// Pictures played so far.
    pub(super) fn slots(&self) -> u64 {
        self.slot
    }

    /// How many of its two streams have ended.
    pub(super) fn ended_streams(&self) -> usize {
        let streams = [&self.picture_stream, &self.sound_stream];
        streams.iter().filter(|stream| stream.decoder.is_none()).count()
    }

    /// What is wrong with it so far.
    pub(super) fn flaws(&self) -> Flaws {
        let picture = self.picture_stream.damage(self.pictures.end());
        let sound = self.no_sound.clone().or_else(|| self.sound_stream.damage(self.sound_end()));
        Flaws { picture, sound }
    }

    /// Whether only what has been decoded is left.
    pub(super) fn is_decoded(&self) -> bool {
        [&self.picture_stream, &self.sound_stream]
            .into_iter()
            .all(|it| it.decoder.as_ref().is_none_or(Decoder::has_written_all))
    }

    /// What it was like, once it is over.
    pub(super) fn outcome(&self) -> Outcome {
        let flaws = self.flaws();
        let is_whole = flaws == Flaws::default() && !self.was_late;
        Outcome { slots: self.slot, pictures: self.pictures.count(), flaws, is_whole }
    }

    async fn read_pictures(&mut self) {
        while self.pictures.needs_more_for(self.slot) {
            let Some(decoder) = &mut self.picture_stream.decoder else { return };
            match decoder.next().await {
                Some(frame) => {
                    self.pictures.push(frame);
                    self.tell_of_gap();
                }
                None => self.picture_stream.end().await,
            }
        }
    }

    /// The file's own times are followed. A person may take a long gap for a fault.
    fn tell_of_gap(&self) {
        let gap = self.pictures.upcoming().map_or(0, |due| due.saturating_sub(self.slot));
        if gap > self.format.slots(LONG_GAP) {
            let seconds = self.format.time(gap) / 1_000_000_000;
            warn!(seconds, "the source has no picture for this time, so the last one stays");
        }
    }

    async fn read_sound(&mut self, samples: u64) {
        while self.sound.waiting() < samples + self.sound.lookahead() {
            let Some(decoder) = &mut self.sound_stream.decoder else { return };
            let patience = if self.hurried { Duration::ZERO } else { SOUND_PATIENCE };
            match timeout(patience, decoder.next()).await {
                Ok(Some(frame)) => self.push_sound(frame),
                Ok(None) => {
                    self.sound_stream.end().await;
                    if let Some(end) = self.sound_stream.declared_end {
                        self.sound.trim(self.samples(end).unsigned_abs());
                    }
                }
                Err(_) => {
                    self.hurried = true;
                    if self.sound.waiting() < samples {
                        self.fill_sound();
                    }
                    return;
                }
            }
        }
        (self.late, self.hurried) = (Duration::ZERO, false);
    }

    /// Silence takes the place of sound. After the last picture, sound is given up in the end.
    fn fill_sound(&mut self) {
        self.was_late = true;
        self.late += Duration::from_nanos(self.format.time(1).unsigned_abs());
        if self.picture_stream.decoder.is_none() && self.late > SOUND_GIVEN_UP {
            self.sound_stream.decoder = None;
            self.no_sound = Some("the sound's decoder sends nothing".to_owned());
        }
    }

    fn push_sound(&mut self, frame: Frame) {
        self.sound.push(self.samples(frame.time.saturating_sub(self.origin)), frame.data);
    }

    /// Sound does not go on without its picture if that has failed: it could last for hours.
    fn is_over(&mut self) -> bool {
        self.pictures.needs_more_for(self.slot)
            && (self.sound_stream.decoder.is_none() || self.picture_failed())
            && self.slot >= self.format.slot(self.end()).max(1)
    }

    /// The end of the longest stream. The picture's declared end is believed if nothing went wrong:
    /// the last picture may be meant to stay.
    fn end(&self) -> i64 {
        let stream = &self.picture_stream;
        let decoded = self.pictures.end();
        let declared = stream.declared_end.filter(|end| {
            *end > self.pictures.last() && (stream.is_clean() || (end - decoded).abs() < DAMAGE)
        });
        let end = declared.unwrap_or(decoded);
        if self.picture_failed() { end } else { end.max(self.sound_end()) }
    }

    fn picture_failed(&self) -> bool {
        let stream = &self.picture_stream;
        stream.ending.failed || stream.damage(self.pictures.end()).is_some()
    }

    fn sound_end(&self) -> i64 {
        let nanoseconds = u128::from(self.sound.heard_end()) * 1_000_000_000;
        let time = nanoseconds.checked_div(u128::from(self.sample_rate)).unwrap_or(0);
        i64::try_from(time).unwrap_or(i64::MAX)
    }

    /// A time in samples, rounded to the nearest.
    fn samples(&self, time: i64) -> i64 {
        let scaled = 2 * i128::from(time) * i128::from(self.sample_rate) + 1_000_000_000;
        i64::try_from(scaled.div_euclid(2_000_000_000)).unwrap_or(i64::MAX)
    }
}

impl Stream {
    async fn end(&mut self) {
        if let Some(decoder) = self.decoder.take() {
            self.ending = decoder.ending().await;
        }
    }

    fn is_clean(&self) -> bool {
        !self.ending.failed && self.ending.complaints == 0
    }

    /// Why a part of it is missing; `end` is where what was decoded ends.
    fn damage(&self, end: i64) -> Option<String> {
        let short =
            self.declared_end.map_or(self.ending.failed, |declared| declared - end > DAMAGE);
        (short && !self.is_clean())
            .then(|| self.ending.reason.clone().unwrap_or_else(|| "it ends too early".to_owned()))
    }
}

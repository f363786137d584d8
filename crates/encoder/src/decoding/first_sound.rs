//! Chooses the audio track of a pass: the first that can be decoded.

use std::collections::VecDeque;

use tracing::warn;

use super::decoder::{Decoder, Decoders};
use super::nut::Frame;
use crate::command::{self, SAMPLE};
use crate::error::Error;
use crate::source::{AudioTrack, Source};
use crate::{Audio, Track};

/// How far the sound's decoder may be ahead: five seconds.
const SOUND_BYTES_AHEAD: usize = 1_000_000;
/// How often each track is tried: a server may refuse once.
const TRIES: usize = 2;

/// The decoder of the sound, as far as it has got.
#[derive(Debug, Default)]
pub(super) struct FirstSound {
    sample_rate: u32,
    candidates: VecDeque<AudioTrack>,
    pub(super) decoder: Option<Decoder>,
    /// In nanoseconds from the file's first timestamp.
    pub(super) declared_end: Option<i64>,
    /// Why there is no sound, or not that of the first track.
    pub(super) reason: Option<String>,
}

impl FirstSound {
    /// Starts the decoder of the best track.
    ///
    /// # Errors
    /// [`Error::Missing`] without ffmpeg.
    pub(super) fn start(
        decoders: &Decoders,
        audio: Option<&Audio>,
        source: &Source,
    ) -> Result<Self, Error> {
        let Some(audio) = audio else { return Ok(Self::default()) };
        let tracks = source.tracks(&audio.track);
        let mut reason = tracks.is_empty().then(|| missing(source, &audio.track)).flatten();
        if tracks.iter().any(|track| track.encrypted) {
            reason = Some("its sound is encrypted".to_owned());
        }
        let tracks = tracks.into_iter().filter(|track| !track.encrypted);
        let candidates =
            tracks.flat_map(|track| std::iter::repeat_n(track.clone(), TRIES)).collect();
        let sample_rate = audio.sample_rate;
        let mut sound = Self { sample_rate, candidates, reason, ..Self::default() };
        sound.try_next(decoders)?;
        Ok(sound)
    }

    /// The first frame; tries one track after another. `None` without sound. Dropping the future
    /// loses nothing but the reason of a track that has just failed.
    ///
    /// # Errors
    /// [`Error::Missing`] without ffmpeg.
    pub(super) async fn first(&mut self, decoders: &Decoders) -> Result<Option<Frame>, Error> {
        while let Some(decoder) = &mut self.decoder {
            if let Some(first) = decoder.next().await {
                if let Some(reason) = self.reason.take() {
                    warn!(reason, "an audio track cannot be played, so another one plays");
                }
                return Ok(Some(first));
            }
            let ended = self.decoder.take().expect("there is one").ending().await;
            // A track may have no samples at all.
            self.reason = self.reason.take().or(ended.reason);
            self.try_next(decoders)?;
        }
        self.reason =
            self.reason.take().map(|reason| format!("its sound cannot be played: {reason}"));
        Ok(None)
    }

    fn try_next(&mut self, decoders: &Decoders) -> Result<(), Error> {
        let Some(track) = self.candidates.pop_front() else { return Ok(()) };
        let arguments = command::sound(self.sample_rate, track.stream);
        self.decoder = Some(decoders.start(arguments, SOUND_BYTES_AHEAD, SAMPLE)?);
        self.declared_end = track.end;
        Ok(())
    }
}

/// Why no track is chosen; `None` for a source without sound.
fn missing(source: &Source, wanted: &Track) -> Option<String> {
    if source.audio.is_empty() {
        return None;
    }
    match wanted {
        Track::First => None,
        Track::Number(number) => Some(format!("it has no audio track {number}")),
        Track::Language { code, .. } => Some(format!("it has no audio track in {code}")),
    }
}

//! Chooses the audio track of a pass: the first that can be decoded.

use tracing::warn;

use super::decoder::{Decoder, Decoders};
use super::nut::Frame;
use crate::command;
use crate::error::Error;
use crate::source::{AudioTrack, Source};
use crate::{Audio, Track};

/// How far the sound's decoder may be ahead: five seconds.
const SOUND_BYTES_AHEAD: usize = 1_000_000;

/// The decoder of the sound, as far as it has got.
#[derive(Debug, Default)]
pub(super) struct FirstSound {
    pub(super) decoder: Option<Decoder>,
    pub(super) first: Option<Frame>,
    /// In nanoseconds from the file's first timestamp.
    pub(super) declared_end: Option<i64>,
    /// Why there is no sound.
    pub(super) reason: Option<String>,
}

impl FirstSound {
    /// Tries the source's tracks one after another, as the job prefers them.
    ///
    /// # Errors
    /// [`Error::Missing`] without ffmpeg.
    pub(super) async fn start(
        decoders: &Decoders,
        audio: Option<&Audio>,
        source: &Source,
    ) -> Result<Self, Error> {
        let Some(audio) = audio else { return Ok(Self::default()) };
        let tracks = source.tracks(&audio.track);
        let mut reason = tracks.is_empty().then(|| missing(source, &audio.track)).flatten();
        for AudioTrack { stream, end, .. } in tracks {
            let arguments = command::sound(audio.sample_rate, *stream);
            let mut decoder = decoders.start(arguments, SOUND_BYTES_AHEAD)?;
            if let Some(first) = decoder.next().await {
                if let Some(reason) = reason {
                    warn!(reason, stream, "an audio track cannot be decoded, so another one plays");
                }
                return Ok(Self {
                    decoder: Some(decoder),
                    first: Some(first),
                    declared_end: *end,
                    reason: None,
                });
            }
            let ending = decoder.ending().await;
            // A track may have no samples at all.
            reason = reason.or(ending.reason);
        }
        let reason = reason.map(|reason| format!("its sound cannot be played: {reason}"));
        Ok(Self { reason, ..Self::default() })
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

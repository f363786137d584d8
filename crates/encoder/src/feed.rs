//! Feeds the encoder: the source's pictures and sound, or fill frames and silence while there are
//! none.
//!
//! Decides when to fill. The encoder does not notice: its clock, counters and RTP session continue.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;

use crate::command::SAMPLE;
use crate::encoding::Inputs;
use crate::format::Format;
use crate::status::{Status, StatusReporter};
use crate::thumbnail::Latest;
use crate::{InputLoss, Job};

/// How long to wait for the first picture before filling.
const FIRST_PICTURE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait for a later picture: less than the relay has buffered.
const PICTURE_TIMEOUT: Duration = Duration::from_millis(700);

/// A picture and its sound.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    pub(crate) picture: Bytes,
    pub(crate) sound: Bytes,
}

/// The encoder's inputs, and the fill frames.
#[derive(Debug)]
pub(crate) struct Feed {
    inputs: Inputs,
    format: Format,
    /// Samples per second; 0 without sound.
    sample_rate: u32,
    fed: u64,
    fill: FillFrames,
    /// Why the source cannot be played; `None` while it plays or is only late.
    fill_reason: Option<String>,
    timeout_reason: String,
    reporter: Arc<StatusReporter>,
    latest: Arc<Latest>,
}

impl Feed {
    /// `timeout_reason` is reported when the source sends nothing in time.
    pub(crate) fn new(
        job: &Job,
        format: Format,
        inputs: Inputs,
        timeout_reason: String,
        reporter: Arc<StatusReporter>,
        latest: Arc<Latest>,
    ) -> Self {
        Self {
            inputs,
            format,
            sample_rate: job.audio.as_ref().map_or(0, |audio| audio.sample_rate),
            fed: 0,
            fill: FillFrames::new(job.input_loss, format),
            fill_reason: None,
            timeout_reason,
            reporter,
            latest,
        }
    }

    /// Samples for the next picture. Their sum never drifts, at any frame rate.
    pub(crate) fn samples(&self) -> usize {
        let (numerator, denominator) = self.format.frame_rate;
        let until = |pictures: u64| {
            u128::from(pictures) * u128::from(self.sample_rate) * u128::from(denominator)
                / u128::from(numerator)
        };
        let samples = until(self.fed + 1) - until(self.fed);
        usize::try_from(samples).expect("a picture's sound fits in memory")
    }

    /// Sends a picture of the source; waits until the encoder has room.
    pub(crate) async fn play(&mut self, tick: Tick) {
        self.fill.restart(tick.picture.clone());
        self.send(tick).await;
        self.fill_reason = None;
        self.reporter.set_content(Status::Playing);
    }

    /// Reports why the source cannot be played; the next wait fills at once.
    pub(crate) fn source_failed(&mut self, reason: String) {
        self.fill_reason = Some(reason);
    }

    /// Waits for `future`, and sends fill frames once that takes too long.
    pub(crate) async fn fill_while<T>(&mut self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let limit = match (&self.fill_reason, self.fed) {
            (Some(_), _) => Duration::ZERO,
            (None, 0) => FIRST_PICTURE_TIMEOUT,
            (None, _) => PICTURE_TIMEOUT,
        };
        if let Ok(done) = timeout(limit, &mut future).await {
            return done;
        }
        let reason = self.fill_reason.get_or_insert_with(|| self.timeout_reason.clone()).clone();
        self.reporter.set_content(Status::Filling { reason });
        loop {
            tokio::select! {
                biased;
                done = &mut future => return done,
                () = self.fill() => {}
            }
        }
    }

    async fn fill(&mut self) {
        let picture = self.fill.next();
        self.send(Tick { picture, sound: Bytes::new() }).await;
    }

    /// Sends both or neither, even when the future is dropped. The sound gets the length that is
    /// due now, as fill frames may have been sent since it was asked for.
    async fn send(&mut self, Tick { picture, sound }: Tick) {
        let bytes = self.samples() * SAMPLE;
        let Ok(room) = self.inputs.pictures.reserve().await else {
            // The encoder has exited; the task that waits for that drops this future.
            return pending().await;
        };
        self.latest.keep(picture.clone(), self.format);
        room.send(picture);
        if bytes > 0 {
            // Fails only if the encoder has exited.
            let _ = self.inputs.sounds.send(resized(sound, bytes));
        }
        self.fed += 1;
    }
}

fn resized(sound: Bytes, bytes: usize) -> Bytes {
    if sound.len() == bytes {
        return sound;
    }
    let mut resized = sound.to_vec();
    resized.resize(bytes, 0);
    resized.into()
}

/// The pictures that are sent while there is nothing to play.
#[derive(Debug)]
struct FillFrames {
    repeated: Option<Bytes>,
    black: Bytes,
    color: Bytes,
    /// The fill frames after which black, and then the colour, is sent.
    black_from: u64,
    color_from: u64,
    filled: u64,
}

impl FillFrames {
    fn new(InputLoss { repeat, black, color }: InputLoss, format: Format) -> Self {
        let [black_from, color_from] =
            [repeat, repeat.saturating_add(black)].map(|time| format.slots(time));
        let (black, color) = (plain(format, [0; 3]), plain(format, color));
        Self { repeated: None, black, color, black_from, color_from, filled: 0 }
    }

    /// The source plays; after it, this picture is repeated.
    fn restart(&mut self, picture: Bytes) {
        self.filled = 0;
        self.repeated = Some(picture);
    }

    fn next(&mut self) -> Bytes {
        let filled = self.filled;
        self.filled += 1;
        match &self.repeated {
            Some(picture) if filled < self.black_from => picture.clone(),
            _ if filled < self.color_from => self.black.clone(),
            _ => self.color.clone(),
        }
    }
}

/// A picture of one colour, in BT.709 and limited range.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 16 and 240")]
fn plain(format: Format, color: [u8; 3]) -> Bytes {
    let [red, green, blue] = color.map(|part| f64::from(part) / 255.0);
    let luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let chroma = |part: f64, scale: f64| (128.0 + 224.0 * (part - luma) / scale).round() as u8;
    let (cb, cr) = (chroma(blue, 1.8556), chroma(red, 1.5748));
    let luma_bytes = format.width as usize * format.height as usize;
    let mut picture = vec![(16.0 + 219.0 * luma).round() as u8; format.picture_bytes()];
    let chroma_bytes = (picture.len() - luma_bytes) / 2;
    picture[luma_bytes..luma_bytes + chroma_bytes].fill(cb);
    picture[luma_bytes + chroma_bytes..].fill(cr);
    picture.into()
}

#[cfg(test)]
mod tests;

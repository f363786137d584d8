//! Feeds the encoder: the source's pictures and sound, or black and silence while there are none.
//!
//! Decides when to fill. The encoder does not notice: its clock, counters and RTP session continue.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::Job;
use crate::command::{SAMPLE, picture_bytes};
use crate::status::{Status, StatusReporter};
use crate::thumbnail::Latest;

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
    pictures: mpsc::Sender<Bytes>,
    sounds: mpsc::UnboundedSender<Bytes>,
    frame_rate: (u32, u32),
    sample_rate: u32,
    fed: u64,
    black: Bytes,
    /// Why the source cannot be played; `None` while it plays or is only late.
    fill_reason: Option<String>,
    timeout_reason: String,
    reporter: Arc<StatusReporter>,
    latest: Arc<Latest>,
}

impl Feed {
    /// The sound channel needs no bound: each sound belongs to a picture. `timeout_reason` is
    /// reported when the source sends nothing in time.
    pub(crate) fn new(
        job: &Job,
        (pictures, sounds): (mpsc::Sender<Bytes>, mpsc::UnboundedSender<Bytes>),
        timeout_reason: String,
        reporter: Arc<StatusReporter>,
        latest: Arc<Latest>,
    ) -> Self {
        Self {
            pictures,
            sounds,
            frame_rate: job.video.frame_rate,
            sample_rate: job.audio.sample_rate,
            fed: 0,
            black: black(job),
            fill_reason: None,
            timeout_reason,
            reporter,
            latest,
        }
    }

    /// Bytes of sound for the next picture. Their sum never drifts, at any frame rate.
    pub(crate) fn sound_bytes(&self) -> usize {
        let (numerator, denominator) = self.frame_rate;
        let until = |pictures: u64| {
            u128::from(pictures) * u128::from(self.sample_rate) * u128::from(denominator)
                / u128::from(numerator)
        };
        let samples = until(self.fed + 1) - until(self.fed);
        usize::try_from(samples).expect("a picture's sound fits in memory") * SAMPLE
    }

    /// Sends a picture of the source; waits until the encoder has room.
    pub(crate) async fn play(&mut self, tick: Tick) {
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
        let sound = Bytes::from(vec![0; self.sound_bytes()]);
        self.send(Tick { picture: self.black.clone(), sound }).await;
    }

    /// Sends both or neither, even when the future is dropped.
    async fn send(&mut self, tick: Tick) {
        let Ok(room) = self.pictures.reserve().await else {
            // The encoder has exited; the task that waits for that drops this future.
            return pending().await;
        };
        self.latest.keep(tick.picture.clone());
        room.send(tick.picture);
        // Fails only if the encoder has exited.
        let _ = self.sounds.send(tick.sound);
        self.fed += 1;
    }
}

/// Black in limited range.
fn black(job: &Job) -> Bytes {
    let mut picture = vec![128; picture_bytes(&job.video)];
    let luma = job.video.width as usize * job.video.height as usize;
    picture[..luma].fill(16);
    picture.into()
}

#[cfg(test)]
mod tests;

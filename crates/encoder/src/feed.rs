//! What the encoder is given: the source's pictures and sound, and black and silence while there is
//! none.
//!
//! Decides when to fill. The encoder never notices: its clock, its counters and its RTP session run
//! on.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::Job;
use crate::command::{SAMPLE, picture_bytes};
use crate::status::{Board, Status};
use crate::thumbnail::Latest;

/// How long the first picture may take before the stream begins without it.
const BEGINNING: Duration = Duration::from_secs(5);
/// How long any other may take: less than the relay has in hand.
const PATIENCE: Duration = Duration::from_millis(700);

/// A picture and the sound that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    pub(crate) picture: Bytes,
    pub(crate) sound: Bytes,
}

/// The way into the encoder.
#[derive(Debug)]
pub(crate) struct Feed {
    pictures: mpsc::Sender<Bytes>,
    sounds: mpsc::UnboundedSender<Bytes>,
    frame_rate: (u32, u32),
    sample_rate: u32,
    fed: u64,
    black: Bytes,
    /// Why there is nothing to play; none while there is, or while it is only awaited.
    trouble: Option<String>,
    silent: String,
    board: Arc<Board>,
    latest: Arc<Latest>,
}

impl Feed {
    /// The sounds' channel needs no bound: for each sound there is a picture. `silent` is what is
    /// told of a source that says nothing.
    pub(crate) fn new(
        job: &Job,
        (pictures, sounds): (mpsc::Sender<Bytes>, mpsc::UnboundedSender<Bytes>),
        silent: String,
        board: Arc<Board>,
        latest: Arc<Latest>,
    ) -> Self {
        Self {
            pictures,
            sounds,
            frame_rate: job.video.frame_rate,
            sample_rate: job.audio.sample_rate,
            fed: 0,
            black: black(job),
            trouble: None,
            silent,
            board,
            latest,
        }
    }

    /// Bytes of sound that belong to the next picture. The sum of all is never a sample off.
    pub(crate) fn sound_bytes(&self) -> usize {
        let (numerator, denominator) = self.frame_rate;
        let until = |pictures: u64| {
            u128::from(pictures) * u128::from(self.sample_rate) * u128::from(denominator)
                / u128::from(numerator)
        };
        let samples = until(self.fed + 1) - until(self.fed);
        usize::try_from(samples).expect("a picture's sound fits in memory") * SAMPLE
    }

    /// Gives the encoder something of the source; waits until there is room.
    pub(crate) async fn show(&mut self, tick: Tick) {
        self.give(tick).await;
        self.trouble = None;
        self.board.shows(Status::Playing);
    }

    /// The reason why there will be nothing to show for a while.
    pub(crate) fn lost(&mut self, reason: String) {
        self.trouble = Some(reason);
    }

    /// Waits for something that comes before the next picture of the source, and fills when that
    /// takes too long.
    pub(crate) async fn meanwhile<T>(&mut self, something: impl Future<Output = T>) -> T {
        let mut something = pin!(something);
        let patience = match (&self.trouble, self.fed) {
            (Some(_), _) => Duration::ZERO,
            (None, 0) => BEGINNING,
            (None, _) => PATIENCE,
        };
        if let Ok(done) = timeout(patience, &mut something).await {
            return done;
        }
        let reason = self.trouble.get_or_insert_with(|| self.silent.clone()).clone();
        self.board.shows(Status::Filling { reason });
        loop {
            tokio::select! {
                biased;
                done = &mut something => return done,
                () = self.fill() => {}
            }
        }
    }

    async fn fill(&mut self) {
        let sound = Bytes::from(vec![0; self.sound_bytes()]);
        self.give(Tick { picture: self.black.clone(), sound }).await;
    }

    /// Both or none, also when it is dropped.
    async fn give(&mut self, tick: Tick) {
        let Ok(room) = self.pictures.reserve().await else {
            // The encoder has ended; whoever waits for that ends this.
            return pending().await;
        };
        self.latest.keep(tick.picture.clone());
        room.send(tick.picture);
        // Fails only if the encoder has ended.
        let _ = self.sounds.send(tick.sound);
        self.fed += 1;
    }
}

/// Black as television codes it.
fn black(job: &Job) -> Bytes {
    let mut picture = vec![128; picture_bytes(&job.video)];
    let luma = job.video.width as usize * job.video.height as usize;
    picture[..luma].fill(16);
    picture.into()
}

#[cfg(test)]
mod tests;

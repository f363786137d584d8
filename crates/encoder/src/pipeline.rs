//! A job being played: a decoder for as long as there is a source, and an encoder with its relay
//! throughout.
//!
//! Decides when the source is tried again, and when a pipeline has ended. Knows nothing of options
//! or of packets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use crate::Job;
use crate::decoder::{Decoder, Ending};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::feed::Feed;
use crate::program::Programs;
use crate::rate::MuxRate;
use crate::relay::Relay;
use crate::status::{Board, Cause, Counters, Status, Tally};
use crate::thumbnail::{Latest, Thumbnails};
use crate::{socket, source};

/// How long after a failure the source is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// A job being played. Dropping it ends it as [`stop`](Self::stop) does, only that nobody waits.
#[derive(Debug)]
pub struct Pipeline {
    status: watch::Receiver<Status>,
    slow: watch::Receiver<bool>,
    tally: Arc<Tally>,
    thumbnails: Thumbnails,
    stop: DropGuard,
    work: JoinHandle<()>,
}

impl Pipeline {
    /// The status now and, by waiting for changes, from now on.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Whether this machine is too slow for the job: true once the stream has lost a second, false
    /// again when it has lost nothing for ten. Beside the status: a stream that is late plays.
    #[must_use]
    pub fn slow(&self) -> watch::Receiver<bool> {
        self.slow.clone()
    }

    /// What was sent so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.tally.read()
    }

    /// Takes small pictures of what plays.
    #[must_use]
    pub fn thumbnails(&self) -> Thumbnails {
        self.thumbnails.clone()
    }

    /// Ends ffmpeg, and returns when it is gone. The status keeps what it was.
    pub async fn stop(self) {
        drop(self.stop);
        // The only other outcome is a panic, which has been reported and has taken ffmpeg along.
        let _ = self.work.await;
    }
}

/// Begins to play; needs a tokio runtime. How it goes, a source that cannot be read included, is
/// told by the pipeline's status.
///
/// # Errors
/// [`Error::Address`] or [`Error::Socket`]; nothing runs then.
pub fn start(job: Job) -> Result<Pipeline, Error> {
    let url = source::address(&job.source)?;
    let socket = socket::open(job.destination.address)?;
    let (board, status) = Board::new();
    let (board, tally, latest) = (Arc::new(board), Arc::<Tally>::default(), Arc::default());
    let relay = Relay {
        socket,
        destination: job.destination,
        rate: MuxRate::of(&job),
        board: Arc::clone(&board),
        tally: Arc::clone(&tally),
    };
    let programs = Programs::find();
    let thumbnails = Thumbnails {
        programs: programs.clone(),
        video: job.video.clone(),
        latest: Arc::clone(&latest),
    };
    let stop = CancellationToken::new();
    let slow = board.slowness();
    let work = Work { programs, job, url, board, latest };
    let stopped = stop.clone();
    let work = tokio::spawn(async move {
        if let Some(reason) = work.run(relay, &stopped).await {
            work.board.ended(reason);
        }
    });
    Ok(Pipeline { status, slow, tally, thumbnails, stop: stop.drop_guard(), work })
}

struct Work {
    programs: Programs,
    job: Job,
    url: Url,
    board: Arc<Board>,
    latest: Arc<Latest>,
}

impl Work {
    /// Plays until ffmpeg fails, or until it is stopped (none).
    async fn run(&self, relay: Relay, stop: &CancellationToken) -> Option<String> {
        let (mut encoding, inputs) = match Encoding::start(&self.programs, &self.job, relay) {
            Ok(started) => started,
            Err(error) => return Some(joined(&error)),
        };
        let silent = format!("the source {} is silent", source::without_secrets(&self.url));
        let (board, latest) = (Arc::clone(&self.board), Arc::clone(&self.latest));
        let mut feed = Feed::new(&self.job, inputs, silent, board, latest);
        let mut decoder = None;
        let failed = stop.run_until_cancelled(async {
            tokio::select! {
                words = encoding.ended() => Failed::Encoder(words),
                reason = self.play(&mut feed, &mut decoder) => Failed::Decoder(reason),
            }
        });
        let failed = failed.await;
        if let Some(mut decoder) = decoder {
            decoder.kill().await;
        }
        let status = encoding.kill().await;
        Some(match failed? {
            Failed::Decoder(reason) => reason,
            Failed::Encoder(words) => {
                let words = words.or(status).unwrap_or_else(|| "it closed its output".to_owned());
                format!("ffmpeg ended: {words}")
            }
        })
    }

    /// Feeds the encoder from the source, over and over; returns when that is not the source's
    /// fault any more.
    async fn play(&self, feed: &mut Feed, decoder: &mut Option<Decoder>) -> String {
        loop {
            match self.pass(feed, decoder).await {
                Ok(()) => {}
                Err(error) if error.cause() == Cause::Source => {
                    feed.lost(joined(&error));
                    feed.meanwhile(sleep(RETRY)).await;
                }
                Err(error) => return joined(&error),
            }
        }
    }

    /// Plays the source from its beginning for as long as it can be read.
    async fn pass(&self, feed: &mut Feed, decoder: &mut Option<Decoder>) -> Result<(), Error> {
        let Self { programs, job, url, .. } = self;
        let found = feed.meanwhile(source::probe(programs, url)).await?;
        let decoder = decoder.insert(Decoder::start(programs, job, url, &found)?);
        let mut shown = false;
        while let Some(tick) = feed.meanwhile(decoder.next(feed.sound_bytes())).await {
            feed.show(tick).await;
            shown = true;
        }
        let unreadable = |reason| Error::Source { url: source::without_secrets(url), reason };
        match feed.meanwhile(decoder.end()).await {
            Ending::Killed(reason) => Err(Error::Killed { reason }),
            // The playlist is over, or the source is gone: that shows when it is read again.
            Ending::Over(_) if shown => Ok(()),
            Ending::Over(words) => {
                Err(unreadable(words.unwrap_or_else(|| "there is no picture in it".to_owned())))
            }
        }
    }
}

enum Failed {
    Encoder(Option<String>),
    Decoder(String),
}

/// An error with its sources, in one line.
#[must_use]
pub fn joined(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |line, source| format!("{line}: {source}"))
}

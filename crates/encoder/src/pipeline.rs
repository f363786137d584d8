//! A pipeline: one encoder with its relay, and decoders while there is a source.
//!
//! Decides when to retry the source, and when a pipeline has ended. Knows nothing of ffmpeg's
//! options or of packets.

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
use crate::status::{AtomicCounters, Cause, Counters, Status, StatusReporter};
use crate::thumbnail::{Latest, Thumbnails};
use crate::{socket, source};

/// How long to wait after a failure before reading the source again.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// A job being played. Dropping it ends it like [`stop`](Self::stop), but without waiting.
#[derive(Debug)]
pub struct Pipeline {
    status: watch::Receiver<Status>,
    slow: watch::Receiver<bool>,
    counters: Arc<AtomicCounters>,
    thumbnails: Thumbnails,
    stop: DropGuard,
    work: JoinHandle<()>,
}

impl Pipeline {
    /// The status, now and on every change.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Whether this machine is too slow for the job: true once the stream has lost a second, false
    /// again when it has lost nothing for ten. Separate from the status: a late stream still plays.
    #[must_use]
    pub fn slow(&self) -> watch::Receiver<bool> {
        self.slow.clone()
    }

    /// What the pipeline has sent so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters.read()
    }

    /// Takes thumbnails of the stream.
    #[must_use]
    pub fn thumbnails(&self) -> Thumbnails {
        self.thumbnails.clone()
    }

    /// Kills ffmpeg and waits until it has exited. The status keeps its last value.
    pub async fn stop(self) {
        drop(self.stop);
        // The only error is a panic, which was reported and has killed ffmpeg.
        let _ = self.work.await;
    }
}

/// Starts to play; needs a tokio runtime. The pipeline's status reports progress and failures, also
/// of a source that cannot be read.
///
/// # Errors
/// [`Error::Address`] or [`Error::Socket`]; nothing runs then.
pub fn start(job: Job) -> Result<Pipeline, Error> {
    let url = source::parse_address(&job.source)?;
    let socket = socket::open(job.destination.address)?;
    let (reporter, status) = StatusReporter::new();
    let (reporter, counters, latest) =
        (Arc::new(reporter), Arc::<AtomicCounters>::default(), Arc::default());
    let relay = Relay {
        socket,
        destination: job.destination,
        rate: MuxRate::of(&job),
        reporter: Arc::clone(&reporter),
        counters: Arc::clone(&counters),
    };
    let programs = Programs::find();
    let thumbnails = Thumbnails {
        programs: programs.clone(),
        video: job.video.clone(),
        latest: Arc::clone(&latest),
    };
    let stop = CancellationToken::new();
    let slow = reporter.subscribe_slow();
    let work = Work { programs, job, url, reporter, latest };
    let stopped = stop.clone();
    let work = tokio::spawn(async move {
        if let Some(reason) = work.run(relay, &stopped).await {
            work.reporter.ended(reason);
        }
    });
    Ok(Pipeline { status, slow, counters, thumbnails, stop: stop.drop_guard(), work })
}

struct Work {
    programs: Programs,
    job: Job,
    url: Url,
    reporter: Arc<StatusReporter>,
    latest: Arc<Latest>,
}

impl Work {
    /// Plays until ffmpeg fails, or until `stop` (`None`).
    async fn run(&self, relay: Relay, stop: &CancellationToken) -> Option<String> {
        let (mut encoding, inputs) = match Encoding::start(&self.programs, &self.job, relay) {
            Ok(started) => started,
            Err(error) => return Some(joined(&error)),
        };
        let timeout_reason = format!("the source {} is silent", source::without_secrets(&self.url));
        let (reporter, latest) = (Arc::clone(&self.reporter), Arc::clone(&self.latest));
        let mut feed = Feed::new(&self.job, inputs, timeout_reason, reporter, latest);
        let mut decoder = None;
        let failed = stop.run_until_cancelled(async {
            tokio::select! {
                last_line = encoding.ended() => Failed::Encoder(last_line),
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
            Failed::Encoder(last_line) => {
                let last_line =
                    last_line.or(status).unwrap_or_else(|| "it closed its output".to_owned());
                format!("ffmpeg ended: {last_line}")
            }
        })
    }

    /// Feeds the encoder from the source, with retries; returns the first failure that is not the
    /// source's fault.
    async fn play(&self, feed: &mut Feed, decoder: &mut Option<Decoder>) -> String {
        loop {
            match self.pass(feed, decoder).await {
                Ok(()) => {}
                Err(error) if error.cause() == Cause::Source => {
                    feed.source_failed(joined(&error));
                    feed.fill_while(sleep(RETRY_DELAY)).await;
                }
                Err(error) => return joined(&error),
            }
        }
    }

    /// Plays the source from its beginning, for as long as it is readable.
    async fn pass(&self, feed: &mut Feed, decoder: &mut Option<Decoder>) -> Result<(), Error> {
        let Self { programs, job, url, .. } = self;
        let found = feed.fill_while(source::probe(programs, url)).await?;
        let decoder = decoder.insert(Decoder::start(programs, job, url, &found)?);
        let mut shown = false;
        while let Some(tick) = feed.fill_while(decoder.next(feed.sound_bytes())).await {
            feed.play(tick).await;
            shown = true;
        }
        let unreadable = |reason| Error::Source { url: source::without_secrets(url), reason };
        match feed.fill_while(decoder.end()).await {
            Ending::Killed(reason) => Err(Error::Killed { reason }),
            // If the source is gone, reading it again reports that.
            Ending::Over(_) if shown => Ok(()),
            Ending::Over(last_line) => {
                Err(unreadable(last_line.unwrap_or_else(|| "it has no picture".to_owned())))
            }
        }
    }
}

enum Failed {
    Encoder(Option<String>),
    Decoder(String),
}

/// An error and its sources, in one line.
#[must_use]
pub fn joined(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |line, source| format!("{line}: {source}"))
}

//! A pipeline: one encoder with its relay, and a player that feeds it.
//!
//! Decides when a pipeline has ended. Knows nothing of ffmpeg's options or of packets.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::warn;

use crate::Job;
use crate::decoding::{Decoders, Player};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::feed::Feed;
use crate::format::Format;
use crate::program::Programs;
use crate::rate::MuxRate;
use crate::relay::Relay;
use crate::source::{self, Source};
use crate::status::{AtomicCounters, Counters, Problems, Status, StatusReporter};
use crate::tap::Tap;
use crate::thumbnail::{Latest, Thumbnails};
use crate::{language, socket};

/// How long a stream waits for its source's headers, if it needs them for its size or its rate.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(5);

/// A job being played. Dropping it ends it like [`stop`](Self::stop), but without waiting.
#[derive(Debug)]
pub struct Pipeline {
    status: watch::Receiver<Status>,
    problems: watch::Receiver<Problems>,
    tap: Tap,
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

    /// What is wrong, now and on every change. Separate from the status: the stream still plays.
    #[must_use]
    pub fn problems(&self) -> watch::Receiver<Problems> {
        self.problems.clone()
    }

    /// What the pipeline has sent so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.tap.counters()
    }

    /// Lets others watch the stream.
    #[must_use]
    pub fn tap(&self) -> Tap {
        self.tap.clone()
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
    let programs = Programs::find();
    let rate = MuxRate::of(&job);
    let watchers = Relay::watchers(rate);
    let datagrams = watchers.downgrade();
    let relay = Relay {
        socket,
        destination: job.destination,
        rate,
        reporter: Arc::clone(&reporter),
        counters: Arc::clone(&counters),
        watchers,
    };
    let video_pid = job.program.video_pid;
    let (of_tap, of_stream) = (programs.clone(), Arc::clone(&counters));
    let tap = Tap { programs: of_tap, counters: of_stream, video_pid, datagrams };
    let thumbnails = Thumbnails { programs: programs.clone(), latest: Arc::clone(&latest) };
    let stop = CancellationToken::new();
    let problems = reporter.subscribe_problems();
    let decoders = Decoders::new(programs.clone(), url);
    let work = Work { programs, job: Arc::new(job), decoders, reporter, counters, latest };
    let stopped = stop.clone();
    let work = tokio::spawn(async move {
        if let Some(reason) = work.run(relay, &stopped).await {
            work.reporter.ended(reason);
        }
    });
    Ok(Pipeline { status, problems, tap, thumbnails, stop: stop.drop_guard(), work })
}

struct Work {
    programs: Programs,
    job: Arc<Job>,
    decoders: Decoders,
    reporter: Arc<StatusReporter>,
    counters: Arc<AtomicCounters>,
    latest: Arc<Latest>,
}

impl Work {
    /// Plays until ffmpeg fails, or until `stop` (`None`).
    async fn run(&self, relay: Relay, stop: &CancellationToken) -> Option<String> {
        let source = stop.run_until_cancelled(self.needed_headers()).await?;
        let format = Format::of(&self.job, source.as_ref());
        let language = self.language(source.as_ref());
        let started = Encoding::start(&self.programs, &self.job, format, &language, relay);
        let (mut encoding, inputs) = match started {
            Ok(started) => started,
            Err(error) => return Some(joined(&error)),
        };
        let url = source::without_secrets(&self.decoders.url);
        let (reporter, latest) = (Arc::clone(&self.reporter), Arc::clone(&self.latest));
        let silent = format!("the source {url} is silent");
        let mut feed = Feed::new(&self.job, format, inputs, silent, reporter, latest);
        let player = Player {
            decoders: self.decoders.clone(),
            job: Arc::clone(&self.job),
            format,
            reporter: Arc::clone(&self.reporter),
            counters: Arc::clone(&self.counters),
        };
        let failed = stop.run_until_cancelled(async {
            tokio::select! {
                last_line = encoding.ended() => Failed::Encoder(last_line),
                error = player.play(&mut feed) => Failed::Decoder(error),
            }
        });
        let failed = failed.await;
        self.decoders.end().await;
        let status = encoding.kill().await;
        Some(match failed? {
            Failed::Decoder(error) => joined(&error),
            Failed::Encoder(last_line) => {
                let last_line =
                    last_line.or(status).unwrap_or_else(|| "it closed its output".to_owned());
                format!("ffmpeg ended: {last_line}")
            }
        })
    }

    /// The source's headers, if the stream depends on them and they can be had in time.
    async fn needed_headers(&self) -> Option<Source> {
        let follows_language =
            self.job.audio.as_ref().is_some_and(|audio| audio.language.is_none());
        if Format::is_given(&self.job) && !follows_language {
            return None;
        }
        let probed = timeout(HEADERS_TIMEOUT, self.decoders.probe());
        match probed.await {
            Ok(Ok(source)) => Some(source),
            Ok(Err(error)) => {
                warn!(reason = joined(&error), "the source's size and rate are unknown");
                None
            }
            Err(_) => {
                warn!("the source's size and rate are unknown: its server does not answer");
                None
            }
        }
    }

    fn language(&self, source: Option<&Source>) -> String {
        let Some(audio) = &self.job.audio else { return String::new() };
        let own = || {
            let tracks = source.map(|source| source.tracks(&audio.track)).unwrap_or_default();
            tracks.first().map(|track| track.language.clone())
        };
        audio.language.clone().or_else(own).unwrap_or_else(|| language::UNDETERMINED.to_owned())
    }
}

enum Failed {
    Encoder(Option<String>),
    Decoder(Error),
}

/// An error and its sources, in one line.
#[must_use]
pub fn joined(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |line, source| format!("{line}: {source}"))
}

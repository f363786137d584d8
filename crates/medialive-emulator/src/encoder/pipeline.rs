//! One ffmpeg and its relay, from start to end.
//!
//! Decides when a pipeline has ended and what to say of it. Knows nothing of options or of packets.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use super::Job;
use super::error::Error;
use super::last_words::last_words;
use super::program::Programs;
use super::rate::MuxRate;
use super::relay::Relay;
use super::source::Source;
use super::status::{Cause, Counters, Status, Tally};
use super::{command, playlist, socket, source};

/// How long the source may take to tell what an ffmpeg died of.
const AUTOPSY: Duration = Duration::from_secs(2);

/// A job being played. Dropping it ends it as [`stop`](Self::stop) does, only that nobody waits.
#[derive(Debug)]
pub struct Pipeline {
    status: watch::Receiver<Status>,
    tally: Arc<Tally>,
    stop: DropGuard,
    work: JoinHandle<()>,
}

impl Pipeline {
    /// The status now and, by waiting for changes, from now on.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// What was sent so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.tally.read()
    }

    /// Ends ffmpeg, and returns when it is gone. The status keeps what it was.
    pub async fn stop(self) {
        drop(self.stop);
        // The only other outcome is a panic, which has been reported and has taken ffmpeg along.
        let _ = self.work.await;
    }
}

/// Begins to play; needs a tokio runtime. How it goes, a source that cannot be read included, is told by the
/// pipeline's status.
///
/// # Errors
/// [`Error::Address`] or [`Error::Socket`]; nothing runs then.
pub fn start(job: Job) -> Result<Pipeline, Error> {
    let url = source::address(&job.source)?;
    let socket = socket::open(job.destination.address)?;
    let (sender, status) = watch::channel(Status::Starting);
    let tally = Arc::<Tally>::default();
    let relay = Relay {
        socket,
        destination: job.destination,
        rate: MuxRate::of(&job),
        status: sender.clone(),
        tally: Arc::clone(&tally),
    };
    let stop = CancellationToken::new();
    let work = Work { programs: Programs::find(), job, url, relay };
    let stopped = stop.clone();
    let work = tokio::spawn(async move {
        if let Some((cause, reason)) = work.run(&stopped).await {
            sender.send_replace(Status::Ended { cause, reason });
        }
    });
    Ok(Pipeline { status, tally, stop: stop.drop_guard(), work })
}

struct Work {
    programs: Programs,
    job: Job,
    url: Url,
    relay: Relay,
}

impl Work {
    /// Plays until something goes wrong, or until it is stopped (none).
    async fn run(&self, stop: &CancellationToken) -> Option<(Cause, String)> {
        let source = match stop.run_until_cancelled(self.probe()).await? {
            Ok(source) => source,
            Err(ended) => return Some(ended),
        };
        let mut ffmpeg = match self.spawn(&source) {
            Ok(ffmpeg) => ffmpeg,
            Err(error) => return Some((Cause::Encoder, joined(&error))),
        };
        let words = stop.run_until_cancelled(self.play(&mut ffmpeg, &source)).await;
        // Fails only if it has ended by itself.
        let _ = ffmpeg.kill().await;
        let reason = reason(words?, &mut ffmpeg);
        // ffmpeg's words do not tell whether it died of the source; the source itself does, if it does so soon.
        let probed = stop.run_until_cancelled(timeout(AUTOPSY, self.probe())).await?;
        Some(match probed {
            Ok(Err(ended @ (Cause::Source, _))) => ended,
            Ok(Ok(_) | Err((Cause::Encoder, _))) | Err(_) => (Cause::Encoder, reason),
        })
    }

    async fn probe(&self) -> Result<Source, (Cause, String)> {
        let probed = source::probe(&self.programs, &self.url).await;
        probed.map_err(|error| (error.cause(), joined(&error)))
    }

    fn spawn(&self, source: &Source) -> Result<Child, Error> {
        let mut ffmpeg = self.programs.ffmpeg();
        ffmpeg.args(command::arguments(&self.job, source)).stdin(Stdio::piped());
        ffmpeg.spawn().map_err(|error| Programs::missing(&ffmpeg, error))
    }

    /// Until ffmpeg closes its outputs; gives its last words.
    async fn play(&self, ffmpeg: &mut Child, source: &Source) -> Option<String> {
        let mut stdin = ffmpeg.stdin.take().expect("stdin is a pipe");
        let stdout = ffmpeg.stdout.take().expect("stdout is a pipe");
        let stderr = ffmpeg.stderr.take().expect("stderr is a pipe");
        let playlist = playlist::write(&self.url, source.duration.as_deref());
        let feed = async move {
            // An ffmpeg that does not read it has ended, and says itself why.
            let _ = stdin.write_all(playlist.as_bytes()).await;
        };
        let ((), (), words) =
            tokio::join!(feed, self.relay.run(stdout), last_words(stderr, Some(&self.url)));
        words
    }
}

fn reason(words: Option<String>, ffmpeg: &mut Child) -> String {
    let words = words.unwrap_or_else(|| match ffmpeg.try_wait() {
        Ok(Some(status)) => status.to_string(),
        Ok(None) | Err(_) => "it closed its output".to_owned(),
    });
    format!("ffmpeg ended: {words}")
}

/// An error with its sources, in one line.
pub(crate) fn joined(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |line, source| format!("{line}: {source}"))
}

//! One ffmpeg that decodes one stream of one pass.

use std::io;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use url::Url;

use super::nut::{Frame, Reader};
use crate::command::OFFSET;
use crate::error::Error;
use crate::error_output::{self, Complaints};
use crate::program::Programs;
use crate::source;

/// How long ffmpeg may take to exit after closing its outputs.
const EXIT_TIMEOUT: Duration = Duration::from_secs(2);

/// Starts decoders of one source, and ends them all.
#[derive(Clone, Debug)]
pub(crate) struct Decoders {
    programs: Programs,
    pub(crate) url: Url,
    stop: CancellationToken,
    running: TaskTracker,
}

/// A running decoder. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Decoder {
    frames: mpsc::UnboundedReceiver<(Frame, OwnedSemaphorePermit)>,
    ending: JoinHandle<Ending>,
    _stop: DropGuard,
}

/// How a decoder ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ending {
    /// It exited with an error, or was killed.
    pub(super) failed: bool,
    /// Lines of errors.
    pub(super) complaints: usize,
    /// The last of them, or the exit status.
    pub(super) reason: Option<String>,
}

impl Decoders {
    pub(crate) fn new(programs: Programs, url: Url) -> Self {
        Self { programs, url, stop: CancellationToken::new(), running: TaskTracker::new() }
    }

    /// Kills all decoders and waits until they have exited.
    pub(crate) async fn end(&self) {
        self.stop.cancel();
        self.running.close();
        self.running.wait().await;
    }

    /// Reads the source's headers.
    pub(crate) async fn probe(&self) -> Result<source::Source, Error> {
        source::probe(&self.programs, &self.url).await
    }

    /// Runs a task that [`end`](Self::end) waits for. Dropping its handle ends it.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> AbortOnDropHandle<T> {
        AbortOnDropHandle::new(self.running.spawn(task))
    }

    /// Starts a decoder that stays at most `bytes` ahead of its reader. Each frame is a multiple of
    /// `unit` bytes.
    pub(super) fn start(
        &self,
        arguments: Vec<String>,
        bytes: usize,
        unit: usize,
    ) -> Result<Decoder, Error> {
        let mut command = self.programs.ffmpeg();
        command.args(arguments).stdin(Stdio::piped());
        let ffmpeg = command.spawn().map_err(|error| Programs::missing(&command, error))?;
        let (sender, frames) = mpsc::unbounded_channel();
        let stop = self.stop.child_token();
        let ahead = Ahead::new(sender, bytes);
        // The tracker waits for the task, also when nobody else does: ffmpeg is reaped.
        let ending = self.running.spawn(run(ffmpeg, self.url.clone(), ahead, unit, stop.clone()));
        Ok(Decoder { frames, ending, _stop: stop.drop_guard() })
    }
}

impl Decoder {
    /// The next frame; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        let (frame, _room) = self.frames.recv().await?;
        Some(frame)
    }

    /// Whether ffmpeg has written everything, and all that is left waits here.
    pub(super) fn has_written_all(&self) -> bool {
        self.ending.is_finished()
    }

    /// How it ended; waits until it has.
    pub(super) async fn ending(self) -> Ending {
        self.ending.await.unwrap_or_default()
    }
}

/// Passes on frames while there is room for their bytes.
struct Ahead {
    frames: mpsc::UnboundedSender<(Frame, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
    most: usize,
}

impl Ahead {
    fn new(frames: mpsc::UnboundedSender<(Frame, OwnedSemaphorePermit)>, bytes: usize) -> Self {
        Self { frames, room: Arc::new(Semaphore::new(bytes)), most: bytes }
    }

    /// Returns whether anybody still wants it. A frame that is larger than all the room takes all.
    async fn send(&self, frame: Frame) -> bool {
        let bytes = u32::try_from(frame.data.len().min(self.most)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(bytes).await;
        room.is_ok_and(|room| self.frames.send((frame, room)).is_ok())
    }
}

/// Runs ffmpeg to its end, or kills it at `stop`.
async fn run(
    mut ffmpeg: Child,
    url: Url,
    frames: Ahead,
    unit: usize,
    stop: CancellationToken,
) -> Ending {
    let stdin = ffmpeg.stdin.take().expect("stdin is a pipe");
    let stdout = ffmpeg.stdout.take().expect("stdout is a pipe");
    let stderr = ffmpeg.stderr.take().expect("stderr is a pipe");
    let work = async {
        tokio::join!(
            write_playlist(stdin, source::playlist(&url)),
            read_frames(stdout, frames, unit),
            error_output::read(stderr, Some(&url)),
        )
    };
    let done = stop.run_until_cancelled(work).await;
    let exited = match done {
        Some(_) => timeout(EXIT_TIMEOUT, ffmpeg.wait()).await.ok().and_then(Result::ok),
        None => None,
    };
    if exited.is_none() {
        // Fails only if it has already exited.
        let _ = ffmpeg.kill().await;
    }
    let Some(((), read, complaints)) = done else { return Ending::default() };
    let Complaints { last, count } = complaints;
    let failed = exited.is_none_or(|status| !status.success()) || read.is_err();
    let reason = last
        .or_else(|| read.err().map(|error| format!("ffmpeg's output is unreadable: {error}")))
        .or_else(|| exited.filter(|_| failed).map(|status| format!("ffmpeg ended: {status}")));
    Ending { failed, complaints: count, reason }
}

async fn write_playlist(mut stdin: ChildStdin, playlist: String) {
    // If ffmpeg does not read it, ffmpeg has exited and its error output says why.
    let _ = stdin.write_all(playlist.as_bytes()).await;
}

async fn read_frames(stdout: ChildStdout, frames: Ahead, unit: usize) -> io::Result<()> {
    let mut reader = Reader::new(stdout);
    while let Some(mut frame) = reader.next().await? {
        if !frame.data.len().is_multiple_of(unit) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame has an odd size"));
        }
        frame.time = frame.time.saturating_sub(OFFSET);
        if !frames.send(frame).await {
            break;
        }
    }
    Ok(())
}

//! The ffmpeg that encodes and multiplexes: one from the pipeline's start to its end.

use std::process::Stdio;

use bytes::Bytes;
use command_fds::{CommandFdExt, FdMapping};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

use crate::Job;
use crate::command::{self, SOUND};
use crate::error::Error;
use crate::last_words::last_words;
use crate::program::Programs;
use crate::relay::Relay;

/// Pictures that wait to be encoded.
const PICTURES: usize = 2;

/// The two ways in: pictures, of which few may wait, and the sound that belongs to them.
pub(crate) type Inputs = (mpsc::Sender<Bytes>, mpsc::UnboundedSender<Bytes>);

/// A running encoder with its relay. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Encoding {
    ffmpeg: Child,
    words: AbortOnDropHandle<Option<String>>,
    _pipes: JoinSet<()>,
}

impl Encoding {
    pub(crate) fn start(
        programs: &Programs,
        job: &Job,
        relay: Relay,
    ) -> Result<(Self, Inputs), Error> {
        let mut command = programs.ffmpeg();
        command.args(command::encoder(job)).stdin(Stdio::piped());
        let (reader, writer) = std::io::pipe().map_err(Error::Pipe)?;
        let mapping = FdMapping { parent_fd: reader.into(), child_fd: SOUND };
        command.fd_mappings(vec![mapping]).expect("one mapping collides with none");
        let heard = pipe::Sender::from_owned_fd(writer.into()).map_err(Error::Pipe)?;
        let mut ffmpeg = command.spawn().map_err(|error| Programs::missing(&command, error))?;
        let stdin = ffmpeg.stdin.take().expect("stdin is a pipe");
        let stdout = ffmpeg.stdout.take().expect("stdout is a pipe");
        let stderr = ffmpeg.stderr.take().expect("stderr is a pipe");
        let (pictures, seen) = mpsc::channel(PICTURES);
        let (sounds, mut later) = mpsc::unbounded_channel::<Bytes>();
        let mut pipes = JoinSet::new();
        pipes.spawn(write(stdin, seen));
        pipes.spawn(async move {
            let mut heard = heard;
            while let Some(sound) = later.recv().await {
                if heard.write_all(&sound).await.is_err() {
                    return;
                }
            }
        });
        let words = AbortOnDropHandle::new(tokio::spawn(async move {
            let ((), words) = tokio::join!(relay.run(stdout), last_words(stderr, None));
            words
        }));
        Ok((Self { ffmpeg, words, _pipes: pipes }, (pictures, sounds)))
    }

    /// Waits until it has ended by itself; gives its last words.
    pub(crate) async fn ended(&mut self) -> Option<String> {
        (&mut self.words).await.ok().flatten()
    }

    /// Ends it, and returns when it is gone; gives how it ended.
    pub(crate) async fn kill(&mut self) -> Option<String> {
        // Fails only if it has ended by itself.
        let _ = self.ffmpeg.kill().await;
        self.ffmpeg.try_wait().ok().flatten().map(|status| status.to_string())
    }
}

/// Until ffmpeg reads no more, and so has ended.
async fn write(mut pipe: impl AsyncWrite + Unpin, mut pictures: mpsc::Receiver<Bytes>) {
    while let Some(picture) = pictures.recv().await {
        if pipe.write_all(&picture).await.is_err() {
            return;
        }
    }
}

//! The ffmpeg that encodes and multiplexes; one for the whole life of a pipeline.

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
use crate::error_output;
use crate::format::Format;
use crate::program::Programs;
use crate::relay::Relay;

/// Pictures that may wait to be encoded.
const PICTURES: usize = 2;

/// The encoder's inputs.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// Few pictures may wait.
    pub(crate) pictures: mpsc::Sender<Bytes>,
    /// The sound for each picture, so it needs no bound. A job without sound takes none.
    pub(crate) sounds: mpsc::UnboundedSender<Bytes>,
}

/// A running encoder with its relay. Dropping it kills ffmpeg.
#[derive(Debug)]
pub(crate) struct Encoding {
    ffmpeg: Child,
    last_line: AbortOnDropHandle<Option<String>>,
    _pipes: JoinSet<()>,
}

impl Encoding {
    pub(crate) fn start(
        programs: &Programs,
        job: &Job,
        format: Format,
        language: &str,
        relay: Relay,
    ) -> Result<(Self, Inputs), Error> {
        let mut command = programs.ffmpeg();
        command.args(command::encoder(job, format, language)).stdin(Stdio::piped());
        let (reader, writer) = std::io::pipe().map_err(Error::Pipe)?;
        let mapping = FdMapping { parent_fd: reader.into(), child_fd: SOUND };
        command.fd_mappings(vec![mapping]).expect("one mapping collides with none");
        let sound_pipe = pipe::Sender::from_owned_fd(writer.into()).map_err(Error::Pipe)?;
        let mut ffmpeg = command.spawn().map_err(|error| Programs::missing(&command, error))?;
        let stdin = ffmpeg.stdin.take().expect("stdin is a pipe");
        let stdout = ffmpeg.stdout.take().expect("stdout is a pipe");
        let stderr = ffmpeg.stderr.take().expect("stderr is a pipe");
        let (pictures, waiting_pictures) = mpsc::channel(PICTURES);
        let (sounds, mut waiting_sounds) = mpsc::unbounded_channel::<Bytes>();
        let mut pipes = JoinSet::new();
        pipes.spawn(write_pictures(stdin, waiting_pictures));
        pipes.spawn(async move {
            let mut sound_pipe = sound_pipe;
            while let Some(sound) = waiting_sounds.recv().await {
                if sound_pipe.write_all(&sound).await.is_err() {
                    return;
                }
            }
        });
        let last_line = AbortOnDropHandle::new(tokio::spawn(async move {
            let ((), complaints) =
                tokio::join!(relay.run(stdout), error_output::read(stderr, None));
            complaints.last
        }));
        Ok((Self { ffmpeg, last_line, _pipes: pipes }, Inputs { pictures, sounds }))
    }

    /// Waits until ffmpeg exits on its own; returns its last error line.
    pub(crate) async fn ended(&mut self) -> Option<String> {
        (&mut self.last_line).await.ok().flatten()
    }

    /// Kills ffmpeg and waits until it has exited; returns its exit status.
    pub(crate) async fn kill(&mut self) -> Option<String> {
        // Fails only if it has already exited.
        let _ = self.ffmpeg.kill().await;
        self.ffmpeg.try_wait().ok().flatten().map(|status| status.to_string())
    }
}

/// Writes pictures until ffmpeg exits.
async fn write_pictures(mut pipe: impl AsyncWrite + Unpin, mut pictures: mpsc::Receiver<Bytes>) {
    while let Some(picture) = pictures.recv().await {
        if pipe.write_all(&picture).await.is_err() {
            return;
        }
    }
}

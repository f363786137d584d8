//! Decodes the source: pictures at the job's size and rate, and the sound for each.
//!
//! One ffmpeg writes both, each to a pipe. Pictures and samples are matched by count, not by time.
//! Decides what to do when pictures arrive without sound.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use command_fds::{CommandFdExt, FdMapping};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::process::Child;
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use crate::Job;
use crate::command::{self, SOUND};
use crate::error::Error;
use crate::error_output::last_line;
use crate::feed::Tick;
use crate::playlist;
use crate::program::Programs;
use crate::source::Source;

/// Decoded pictures that may wait.
const PICTURES: usize = 8;
/// Chunks of sound that may wait: minutes, for a source whose sound is longer than its pictures.
const SOUNDS: usize = 1_024;
/// The capacity of a Linux pipe, in bytes.
const PIPE: usize = 64 * 1024;
/// How long to wait for sound once its picture is there and ffmpeg has no room for another.
const SOUND_TIMEOUT: Duration = Duration::from_millis(20);
/// How long ffmpeg may take to exit after closing its outputs.
const EXIT_TIMEOUT: Duration = Duration::from_secs(2);

/// An ffmpeg that decodes one playlist. Dropping it kills ffmpeg.
#[derive(Debug)]
pub(crate) struct Decoder {
    ffmpeg: Child,
    pictures: mpsc::Receiver<Bytes>,
    sound: Option<Sound>,
    last_line: AbortOnDropHandle<Option<String>>,
    _pipes: JoinSet<()>,
}

/// Why a decoder ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The playlist has ended, or the source has become unreadable; holds ffmpeg's last error line.
    Over(Option<String>),
    /// A signal killed it.
    Killed(String),
}

impl Decoder {
    pub(crate) fn start(
        programs: &Programs,
        job: &Job,
        url: &Url,
        source: &Source,
    ) -> Result<Self, Error> {
        let mut command = programs.ffmpeg();
        command.args(command::decoder(job, source)).stdin(Stdio::piped());
        let sound_pipe = match source.audio {
            Some(_) => {
                let (reader, writer) = std::io::pipe().map_err(Error::Pipe)?;
                let mapping = FdMapping { parent_fd: writer.into(), child_fd: SOUND };
                command.fd_mappings(vec![mapping]).expect("one mapping collides with none");
                Some(pipe::Receiver::from_owned_fd(reader.into()).map_err(Error::Pipe)?)
            }
            None => None,
        };
        let mut ffmpeg = command.spawn().map_err(|error| Programs::missing(&command, error))?;
        let (stdin, stdout, stderr) = pipes(&mut ffmpeg);
        let mut pipes = JoinSet::new();
        pipes.spawn(write_playlist(stdin, playlist::write(url)));
        let (sender, pictures) = mpsc::channel(PICTURES);
        pipes.spawn(read_pictures(stdout, command::picture_bytes(&job.video), sender));
        let sound = sound_pipe.map(|pipe| {
            let (sender, chunks) = mpsc::channel(SOUNDS);
            pipes.spawn(read_sound(pipe, sender));
            Sound { chunks, buffer: BytesMut::new(), to_drop: 0 }
        });
        let url = url.clone();
        let last_line =
            AbortOnDropHandle::new(tokio::spawn(
                async move { last_line(stderr, Some(&url)).await },
            ));
        Ok(Self { ffmpeg, pictures, sound, last_line, _pipes: pipes })
    }

    /// The next picture with `sound_bytes` of sound; `None` at the end.
    pub(crate) async fn next(&mut self, sound_bytes: usize) -> Option<Tick> {
        let picture = self.pictures.recv().await?;
        let pictures = &self.pictures;
        let sound = match &mut self.sound {
            Some(sound) => {
                sound.take(sound_bytes, || pictures.len() == pictures.max_capacity()).await
            }
            None => Bytes::from(vec![0; sound_bytes]),
        };
        Some(Tick { picture, sound })
    }

    /// Waits until ffmpeg exits. Call it after [`next`](Self::next) has returned `None`.
    pub(crate) async fn end(&mut self) -> Ending {
        let ended = timeout(EXIT_TIMEOUT, self.ffmpeg.wait()).await;
        if ended.is_err() {
            self.kill().await;
        }
        let status = ended.ok().and_then(Result::ok);
        match status.filter(|status| status.signal().is_some()) {
            Some(status) => Ending::Killed(format!("ffmpeg ended: {status}")),
            None => Ending::Over((&mut self.last_line).await.ok().flatten()),
        }
    }

    /// Kills ffmpeg and waits until it has exited.
    pub(crate) async fn kill(&mut self) {
        // Fails only if it has already exited.
        let _ = self.ffmpeg.kill().await;
    }
}

fn pipes(ffmpeg: &mut Child) -> (ChildStdin, ChildStdout, ChildStderr) {
    let stdin = ffmpeg.stdin.take().expect("stdin is a pipe");
    let stdout = ffmpeg.stdout.take().expect("stdout is a pipe");
    (stdin, stdout, ffmpeg.stderr.take().expect("stderr is a pipe"))
}

async fn write_playlist(mut stdin: ChildStdin, playlist: String) {
    // If ffmpeg does not read it, ffmpeg has exited and its error output says why.
    let _ = stdin.write_all(playlist.as_bytes()).await;
}

/// Splits the output into pictures and drops an incomplete last one.
async fn read_pictures(
    mut stdout: impl AsyncRead + Unpin,
    bytes: usize,
    pictures: mpsc::Sender<Bytes>,
) {
    loop {
        let mut picture = vec![0; bytes];
        if stdout.read_exact(&mut picture).await.is_err()
            || pictures.send(picture.into()).await.is_err()
        {
            return;
        }
    }
}

async fn read_sound(mut pipe: impl AsyncRead + Unpin, chunks: mpsc::Sender<Bytes>) {
    loop {
        let mut chunk = BytesMut::with_capacity(PIPE);
        match pipe.read_buf(&mut chunk).await {
            Ok(1..) if chunks.send(chunk.freeze()).await.is_ok() => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// Decoded sound that waits for its pictures.
#[derive(Debug)]
struct Sound {
    chunks: mpsc::Receiver<Bytes>,
    buffer: BytesMut,
    /// Bytes of late sound to drop, because silence has replaced them.
    to_drop: usize,
}

impl Sound {
    /// Returns `bytes` of sound, padded with silence. ffmpeg writes late sound only after more
    /// pictures, which it cannot do while it is `stuck`. Late sound is dropped when it arrives.
    async fn take(&mut self, bytes: usize, stuck: impl Fn() -> bool) -> Bytes {
        while self.buffer.len() < bytes {
            let wait = if self.to_drop > 0 && stuck() { Duration::ZERO } else { SOUND_TIMEOUT };
            match timeout(wait, self.chunks.recv()).await {
                Ok(Some(chunk)) => self.push(&chunk),
                Ok(None) => break,
                Err(_) if stuck() => break,
                Err(_) => {}
            }
        }
        let there = bytes.min(self.buffer.len());
        let mut sound = self.buffer.split_to(there);
        self.to_drop += bytes - there;
        sound.resize(bytes, 0);
        sound.freeze()
    }

    fn push(&mut self, chunk: &[u8]) {
        let late = self.to_drop.min(chunk.len());
        self.to_drop -= late;
        self.buffer.extend_from_slice(&chunk[late..]);
    }
}

#[cfg(test)]
mod tests;

//! The source, decoded: pictures at the job's size and rate, and the sound that belongs to each.
//!
//! One ffmpeg writes both, each to a pipe. Pictures are counted and so are samples: what was
//! written in the same place belongs together, whatever the time. Decides what to do where a source
//! has pictures and no sound.

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
use crate::feed::Tick;
use crate::last_words::last_words;
use crate::playlist;
use crate::program::Programs;
use crate::source::Source;

/// Pictures that wait to be taken.
const PICTURES: usize = 8;
/// Pieces of sound that wait: minutes, for a source whose sound is longer than its pictures.
const SOUNDS: usize = 1_024;
/// What a pipe of Linux holds.
const PIPE: usize = 64 * 1024;
/// How long sound may take once its picture is there, and ffmpeg cannot write another.
const SOON: Duration = Duration::from_millis(20);
/// How long an ffmpeg that has closed its outputs may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// One playlist being decoded. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Decoder {
    ffmpeg: Child,
    pictures: mpsc::Receiver<Bytes>,
    sound: Option<Sound>,
    words: AbortOnDropHandle<Option<String>>,
    _pipes: JoinSet<()>,
}

/// What a decoder ended of.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The playlist is over, or the source cannot be read any more.
    Over(Option<String>),
    /// The system ended it.
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
        let heard = match source.audio {
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
        pipes.spawn(ask(stdin, playlist::write(url)));
        let (sender, pictures) = mpsc::channel(PICTURES);
        pipes.spawn(see(stdout, command::picture_bytes(&job.video), sender));
        let sound = heard.map(|heard| {
            let (sender, chunks) = mpsc::channel(SOUNDS);
            pipes.spawn(hear(heard, sender));
            Sound { chunks, heard: BytesMut::new(), owed: 0 }
        });
        let url = url.clone();
        let words =
            AbortOnDropHandle::new(tokio::spawn(
                async move { last_words(stderr, Some(&url)).await },
            ));
        Ok(Self { ffmpeg, pictures, sound, words, _pipes: pipes })
    }

    /// The next picture with so many bytes of sound; none when there is no other.
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

    /// Waits for its end, which is near when there is no other picture.
    pub(crate) async fn end(&mut self) -> Ending {
        let ended = timeout(GRACE, self.ffmpeg.wait()).await;
        if ended.is_err() {
            self.kill().await;
        }
        let status = ended.ok().and_then(Result::ok);
        match status.filter(|status| status.signal().is_some()) {
            Some(status) => Ending::Killed(format!("ffmpeg ended: {status}")),
            None => Ending::Over((&mut self.words).await.ok().flatten()),
        }
    }

    /// Returns when ffmpeg is gone.
    pub(crate) async fn kill(&mut self) {
        // Fails only if it has ended by itself.
        let _ = self.ffmpeg.kill().await;
    }
}

fn pipes(ffmpeg: &mut Child) -> (ChildStdin, ChildStdout, ChildStderr) {
    let stdin = ffmpeg.stdin.take().expect("stdin is a pipe");
    let stdout = ffmpeg.stdout.take().expect("stdout is a pipe");
    (stdin, stdout, ffmpeg.stderr.take().expect("stderr is a pipe"))
}

async fn ask(mut stdin: ChildStdin, playlist: String) {
    // An ffmpeg that does not read it has ended, and says itself why.
    let _ = stdin.write_all(playlist.as_bytes()).await;
}

/// Cuts what comes into pictures. What is left over at the end is dropped.
async fn see(mut stdout: impl AsyncRead + Unpin, bytes: usize, pictures: mpsc::Sender<Bytes>) {
    loop {
        let mut picture = vec![0; bytes];
        if stdout.read_exact(&mut picture).await.is_err()
            || pictures.send(picture.into()).await.is_err()
        {
            return;
        }
    }
}

async fn hear(mut pipe: impl AsyncRead + Unpin, chunks: mpsc::Sender<Bytes>) {
    loop {
        let mut chunk = BytesMut::with_capacity(PIPE);
        match pipe.read_buf(&mut chunk).await {
            Ok(1..) if chunks.send(chunk.freeze()).await.is_ok() => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// The sound on its way.
#[derive(Debug)]
struct Sound {
    chunks: mpsc::Receiver<Bytes>,
    heard: BytesMut,
    /// Bytes that silence has stood in for.
    owed: usize,
}

impl Sound {
    /// So many bytes, of silence where there is none yet: ffmpeg writes sound that is late only
    /// after pictures, and cannot when there is no more room for those. What was late is left out
    /// when it comes.
    async fn take(&mut self, bytes: usize, stuck: impl Fn() -> bool) -> Bytes {
        while self.heard.len() < bytes {
            let wait = if self.owed > 0 && stuck() { Duration::ZERO } else { SOON };
            match timeout(wait, self.chunks.recv()).await {
                Ok(Some(chunk)) => self.hear(&chunk),
                Ok(None) => break,
                Err(_) if stuck() => break,
                Err(_) => {}
            }
        }
        let there = bytes.min(self.heard.len());
        let mut sound = self.heard.split_to(there);
        self.owed += bytes - there;
        sound.resize(bytes, 0);
        sound.freeze()
    }

    fn hear(&mut self, chunk: &[u8]) {
        let late = self.owed.min(chunk.len());
        self.owed -= late;
        self.heard.extend_from_slice(&chunk[late..]);
    }
}

#[cfg(test)]
mod tests;

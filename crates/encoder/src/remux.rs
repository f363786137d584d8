//! The stream as fragmented MP4, which browsers play: the same pictures and sound in another
//! container.

use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio_util::task::AbortOnDropHandle;

use crate::command;
use crate::error::Error;
use crate::program::Programs;
use crate::tap::{Tap, Watcher};

/// A stream in fragmented MP4, from its next keyframe on. Dropping it kills its ffmpeg.
///
/// It ends with the pipeline, and for a reader that is too slow.
#[derive(Debug)]
pub struct Mp4 {
    stdout: ChildStdout,
    _ffmpeg: Child,
    _feed: AbortOnDropHandle<()>,
}

impl Tap {
    /// The stream as fragmented MP4; `None` once the pipeline has ended. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Missing`] if ffmpeg cannot be run.
    pub fn mp4(&self) -> Result<Option<Mp4>, Error> {
        self.watch().map(|watcher| self.remux(watcher)).transpose()
    }

    fn remux(&self, watcher: Watcher) -> Result<Mp4, Error> {
        let mut command = self.programs.ffmpeg();
        command.args(command::remux()).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut ffmpeg = command.spawn().map_err(|error| Programs::missing(&command, error))?;
        let stdin = ffmpeg.stdin.take().expect("stdin is a pipe");
        let stdout = ffmpeg.stdout.take().expect("stdout is a pipe");
        let feed = AbortOnDropHandle::new(tokio::spawn(feed(stdin, watcher, self.video_pid)));
        Ok(Mp4 { stdout, _ffmpeg: ffmpeg, _feed: feed })
    }
}

/// Begins at a keyframe, so that ffmpeg knows the picture's size at once. Closes ffmpeg's input at
/// the end, which ends its output.
async fn feed(mut ffmpeg: ChildStdin, mut watcher: Watcher, video_pid: u16) {
    let mut before = Bytes::new();
    loop {
        let Some(packets) = watcher.next().await else { return };
        if has_keyframe(&packets, video_pid) {
            // ffmpeg's tables stand before each keyframe, perhaps in the datagram before it.
            let written = async {
                ffmpeg.write_all(&before).await?;
                ffmpeg.write_all(&packets).await
            };
            match written.await {
                Ok(()) => break,
                Err(_) => return,
            }
        }
        before = packets;
    }
    while let Some(packets) = watcher.next().await {
        if ffmpeg.write_all(&packets).await.is_err() {
            return;
        }
    }
}

/// Whether a keyframe begins in these transport packets: the random access indicator of ISO/IEC
/// 13818-1, 2.4.3.5, which ffmpeg sets.
fn has_keyframe(packets: &[u8], video_pid: u16) -> bool {
    packets.chunks_exact(188).any(|packet| {
        let pid = u16::from_be_bytes([packet[1] & 0x1f, packet[2]]);
        let has_adaptation = packet[3] & 0x20 != 0 && packet[4] > 0;
        pid == video_pid && has_adaptation && packet[5] & 0x40 != 0
    })
}

impl AsyncRead for Mp4 {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stdout).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyframe_is_known_by_its_indicator_and_its_pid() {
        let packet = |pid: u16, control: u8, length: u8, flags: u8| {
            let [high, low] = pid.to_be_bytes();
            let mut packet = vec![0x47, high | 0x40, low, control, length, flags];
            packet.resize(188, 0xff);
            packet
        };
        let key = packet(481, 0x30, 7, 0x50);
        for (other, what) in [
            (packet(482, 0x30, 7, 0x50), "sound"),
            (packet(481, 0x30, 7, 0x10), "another picture"),
            (packet(481, 0x10, 7, 0x50), "no adaptation field"),
            (packet(481, 0x30, 0, 0x50), "an empty adaptation field"),
        ] {
            assert!(!has_keyframe(&other, 481), "{what}");
            assert!(has_keyframe(&[other, key.clone()].concat(), 481), "{what}, then a keyframe");
        }
    }
}

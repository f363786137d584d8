//! The stream as fragmented MP4, which browsers play: the same pictures and sound in another
//! container.

use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
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
    _feeding: AbortOnDropHandle<()>,
}

/// A reader that takes nothing for this long, with every buffer full, is too slow.
const STALLED: Duration = Duration::from_secs(5);

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
        let video_pid = self.video_pid;
        // Whoever drops the task drops, and so kills, ffmpeg.
        let feeding = tokio::spawn(async move {
            if feed(stdin, watcher, video_pid).await == Fed::ReaderTooSlow {
                let _ = ffmpeg.start_kill();
            }
            let _ = ffmpeg.wait().await;
        });
        Ok(Mp4 { stdout, _feeding: AbortOnDropHandle::new(feeding) })
    }
}

/// Why ffmpeg gets no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fed {
    /// The stream or ffmpeg has ended.
    ToTheEnd,
    ReaderTooSlow,
}

/// Begins at a keyframe, so that ffmpeg knows the picture's size at once. Closes ffmpeg's input at
/// the end, which ends its output.
async fn feed(mut ffmpeg: ChildStdin, mut watcher: Watcher, video_pid: u16) -> Fed {
    let (mut before, mut begun) = (Bytes::new(), false);
    loop {
        let packets = match watcher.next().await {
            Ok(packets) => packets,
            Err(RecvError::Closed) => return Fed::ToTheEnd,
            // What was missed cannot be played without a fault.
            Err(RecvError::Lagged(_)) => return Fed::ReaderTooSlow,
        };
        if !begun {
            if !has_keyframe(&packets, video_pid) {
                before = packets;
                continue;
            }
            begun = true;
            // ffmpeg's tables stand before each keyframe, perhaps in the datagram before it.
            if let Err(ended) = write(&mut ffmpeg, &before).await {
                return ended;
            }
        }
        if let Err(ended) = write(&mut ffmpeg, &packets).await {
            return ended;
        }
    }
}

async fn write(ffmpeg: &mut ChildStdin, packets: &[u8]) -> Result<(), Fed> {
    match timeout(STALLED, ffmpeg.write_all(packets)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Fed::ToTheEnd),
        Err(_) => Err(Fed::ReaderTooSlow),
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

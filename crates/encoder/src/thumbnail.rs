//! Thumbnails of the stream, made on demand.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;

use crate::command;
use crate::format::Format;
use crate::program::Programs;

/// A JPEG, 480 pixels wide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// The file.
    pub jpeg: Vec<u8>,
    /// When the encoder got the picture; it is sent a second or two later.
    pub taken: SystemTime,
}

/// Takes thumbnails of a pipeline; after its end, of the last picture.
#[derive(Clone, Debug)]
pub struct Thumbnails {
    pub(crate) programs: Programs,
    pub(crate) latest: Arc<Latest>,
}

impl Thumbnails {
    /// The current picture, fill frames included; `None` before the first picture, or if ffmpeg
    /// fails.
    pub async fn take(&self) -> Option<Thumbnail> {
        let (picture, format, taken) = self.latest.get()?;
        let mut command = self.programs.ffmpeg();
        command.args(command::thumbnail(format)).stdin(Stdio::piped());
        let mut ffmpeg = command.spawn().ok()?;
        let mut stdin = ffmpeg.stdin.take()?;
        let give = async move {
            // If ffmpeg does not read it, ffmpeg has exited and makes no picture.
            let _ = stdin.write_all(&picture).await;
        };
        let ((), output) = tokio::join!(give, ffmpeg.wait_with_output());
        let output = output.ok()?;
        output.status.success().then_some(Thumbnail { jpeg: output.stdout, taken })
    }
}

/// The last picture that the encoder got.
#[derive(Debug, Default)]
pub(crate) struct Latest(Mutex<Option<(Bytes, Format, SystemTime)>>);

impl Latest {
    pub(crate) fn keep(&self, picture: Bytes, format: Format) {
        let kept = Some((picture, format, SystemTime::now()));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    fn get(&self) -> Option<(Bytes, Format, SystemTime)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

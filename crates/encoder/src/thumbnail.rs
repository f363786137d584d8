//! A small picture of what plays. It costs nothing until somebody asks for one.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;

use crate::Video;
use crate::command;
use crate::program::Programs;

/// A JPEG of 480 pixels across.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// The file.
    pub jpeg: Vec<u8>,
    /// When the encoder was given the picture; it is sent a second or two later.
    pub taken: SystemTime,
}

/// Takes thumbnails of a pipeline, also after the pipeline is gone: of the last picture then.
#[derive(Clone, Debug)]
pub struct Thumbnails {
    pub(crate) programs: Programs,
    pub(crate) video: Video,
    pub(crate) latest: Arc<Latest>,
}

impl Thumbnails {
    /// What plays, fill frames included; none before the first picture, or if ffmpeg cannot be run.
    pub async fn take(&self) -> Option<Thumbnail> {
        let (picture, taken) = self.latest.get()?;
        let mut command = self.programs.ffmpeg();
        command.args(command::thumbnail(&self.video)).stdin(Stdio::piped());
        let mut ffmpeg = command.spawn().ok()?;
        let mut stdin = ffmpeg.stdin.take()?;
        let give = async move {
            // One that does not read it has ended, and gives no picture.
            let _ = stdin.write_all(&picture).await;
        };
        let ((), output) = tokio::join!(give, ffmpeg.wait_with_output());
        let output = output.ok()?;
        output.status.success().then_some(Thumbnail { jpeg: output.stdout, taken })
    }
}

/// The picture that the encoder was given last.
#[derive(Debug, Default)]
pub(crate) struct Latest(Mutex<Option<(Bytes, SystemTime)>>);

impl Latest {
    pub(crate) fn keep(&self, picture: Bytes) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((picture, SystemTime::now()));
    }

    fn get(&self) -> Option<(Bytes, SystemTime)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

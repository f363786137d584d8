//! Lets others see the transport stream that a pipeline sends, without a socket.
//!
//! A watcher never slows the stream: one that falls behind loses its connection instead.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::program::Programs;
use crate::status::{AtomicCounters, Counters};

/// Where watchers of one pipeline begin. It ends with the pipeline.
#[derive(Clone, Debug)]
pub struct Tap {
    pub(crate) programs: Programs,
    pub(crate) counters: Arc<AtomicCounters>,
    pub(crate) video_pid: u16,
    pub(crate) datagrams: broadcast::WeakSender<Bytes>,
}

impl Tap {
    /// What the pipeline has sent so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters.read()
    }

    /// The stream from now on; `None` once the pipeline has ended.
    pub(crate) fn watch(&self) -> Option<Watcher> {
        self.datagrams.upgrade().map(|sender| Watcher(sender.subscribe()))
    }
}

/// One reader of the stream.
#[derive(Debug)]
pub(crate) struct Watcher(broadcast::Receiver<Bytes>);

impl Watcher {
    /// The next seven transport packets.
    ///
    /// # Errors
    /// At the end of the stream, and for a reader that has fallen behind.
    pub(crate) async fn next(&mut self) -> Result<Bytes, RecvError> {
        self.0.recv().await
    }
}

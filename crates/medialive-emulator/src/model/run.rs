//! The pipelines of a channel between start and stop.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use lilo_encoder::Tap;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The pipelines of a started channel.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stop: CancellationToken,
    pub(crate) pipelines: TaskTracker,
    pub(crate) handles: Vec<Arc<Handle>>,
}

/// Controls one pipeline while it plays.
#[derive(Default)]
pub(crate) struct Handle {
    /// Notified to restart the pipeline.
    pub(crate) restart: Notify,
    /// Present during a session.
    thumbnail_source: Mutex<Option<Arc<dyn ThumbnailSource>>>,
    /// Present during a session.
    tap: Mutex<Option<Tap>>,
}

impl Run {
    /// Stops a pipeline's session and starts a new one at once.
    pub(crate) fn restart(&self, pipeline: usize) {
        self.handles[pipeline].restart.notify_one();
    }

    /// A pipeline's thumbnails, if it exists and has a session.
    pub(crate) fn thumbnail_source(&self, pipeline: usize) -> Option<Arc<dyn ThumbnailSource>> {
        self.handles.get(pipeline)?.thumbnail_source().clone()
    }

    /// What a pipeline sends, if it exists and has a session.
    pub(crate) fn tap(&self, pipeline: usize) -> Option<Tap> {
        self.handles.get(pipeline)?.tap().clone()
    }
}

impl Handle {
    pub(crate) fn thumbnail_source(&self) -> MutexGuard<'_, Option<Arc<dyn ThumbnailSource>>> {
        self.thumbnail_source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tap(&self) -> MutexGuard<'_, Option<Tap>> {
        self.tap.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// Takes thumbnails of a job being played.
pub(crate) trait ThumbnailSource: Send + Sync {
    /// The current picture; `None` if there is none.
    fn take(&self) -> BoxFuture<'_, Option<Thumbnail>>;
}

/// A thumbnail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thumbnail {
    pub(crate) jpeg: Vec<u8>,
    pub(crate) taken: SystemTime,
}

//! What goes on between the start and the stop of a channel, as the channel holds it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use futures_util::future::BoxFuture;
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

/// What can be asked of one pipeline while it plays.
#[derive(Default)]
pub(crate) struct Handle {
    /// Told when it is to be started again.
    pub(crate) restart: Notify,
    /// There is one while a session lasts.
    camera: Mutex<Option<Arc<dyn Camera>>>,
}

impl Run {
    /// Ends what a pipeline plays, and starts it again at once.
    pub(crate) fn restart(&self, pipeline: usize) {
        self.handles[pipeline].restart.notify_one();
    }

    /// What can take a picture of a pipeline, if there is such a pipeline and anything to see.
    pub(crate) fn camera(&self, pipeline: usize) -> Option<Arc<dyn Camera>> {
        self.handles.get(pipeline)?.camera().clone()
    }
}

impl Handle {
    pub(crate) fn camera(&self) -> MutexGuard<'_, Option<Arc<dyn Camera>>> {
        self.camera.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// Takes pictures of a job being played.
pub(crate) trait Camera: Send + Sync {
    /// What plays now; `None` when there is nothing to see.
    fn take(&self) -> BoxFuture<'_, Option<Thumbnail>>;
}

/// A small picture of what plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Thumbnail {
    pub(crate) jpeg: Vec<u8>,
    pub(crate) taken: SystemTime,
}

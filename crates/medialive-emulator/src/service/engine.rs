//! The seam between the control plane and what plays behind it.
//!
//! Knows a pipeline's job and what is heard of it. Must not know of channels or their states.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::model::run::Camera;
use lilo_encoder::Job;

/// Something that can play jobs.
pub(crate) trait Engine: fmt::Debug + Send + Sync {
    /// Begins to play. A job that cannot be played is one that ends at once.
    fn start(&self, job: &Job) -> Box<dyn Session>;
}

/// One job being played.
pub(crate) trait Session: Send {
    /// What happens next; nothing is lost when the future is dropped before.
    fn next(&mut self) -> BoxFuture<'_, Report>;

    /// What can take a picture of it, if anything can.
    fn camera(&self) -> Option<Arc<dyn Camera>> {
        None
    }

    /// Ends it, and returns when nothing of it is left.
    fn stop(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// What is heard of a job being played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// It reaches its destination.
    Playing,
    /// It plays on, and does not keep up with real time.
    Slow,
    /// It keeps up again.
    InTime,
    /// The source cannot be read, and fill frames reach the destination. It goes on.
    Filling { reason: String },
    /// There is nothing to play: the source cannot be read. It has ended.
    NoSource { reason: String },
    /// What plays it has failed. It has ended.
    Ended { reason: String },
}

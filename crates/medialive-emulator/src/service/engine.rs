//! The interface between the control plane and the encoder.
//!
//! Knows a pipeline's job and its reports. Must not know channels or their states.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::model::run::ThumbnailSource;
use lilo_encoder::{Job, Problems, Tap};

/// Plays jobs.
pub(crate) trait Engine: fmt::Debug + Send + Sync {
    /// Starts to play. A job that cannot start is a session that ends at once.
    fn start(&self, job: &Job) -> Box<dyn Session>;
}

/// One job being played.
pub(crate) trait Session: Send {
    /// The next report. Dropping the future loses nothing.
    fn next(&mut self) -> BoxFuture<'_, Report>;

    /// The session's thumbnails, if it has any.
    fn thumbnail_source(&self) -> Option<Arc<dyn ThumbnailSource>> {
        None
    }

    /// What the session sends, if it sends anything.
    fn tap(&self) -> Option<Tap> {
        None
    }

    /// Ends the session and waits until it has ended.
    fn stop(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// A session's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// The stream reaches its destination.
    Playing,
    /// These are the stream's problems from now on.
    Problems(Problems),
    /// The source cannot be read; the stream continues with fill frames.
    Filling { reason: String },
    /// The source cannot be read, and the session has ended.
    NoSource { reason: String },
    /// The destination cannot be opened, and the session has ended.
    NoDestination { reason: String },
    /// The encoder has failed, and the session has ended.
    Ended { reason: String },
}

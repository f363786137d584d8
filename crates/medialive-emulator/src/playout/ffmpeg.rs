//! Adapts the ffmpeg encoder to the control plane's engine.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::model::run::{Thumbnail, ThumbnailSource};
use crate::service::engine::{Engine, Report, Session};
use lilo_encoder::{
    self as encoder, Cause, Error, Job, Pipeline, Problems, Status, Tap, Thumbnails,
};

/// Plays with ffmpeg.
#[derive(Debug)]
pub(crate) struct Ffmpeg;

struct Playing {
    pipeline: Pipeline,
    status: watch::Receiver<Status>,
    problems: watch::Receiver<Problems>,
}

/// A job that could not start.
struct FailedSession(Report);

impl Engine for Ffmpeg {
    fn start(&self, job: &Job) -> Box<dyn Session> {
        match encoder::start(job.clone()) {
            Ok(pipeline) => {
                let (status, problems) = (pipeline.status(), pipeline.problems());
                Box::new(Playing { pipeline, status, problems })
            }
            Err(error) => Box::new(FailedSession(failure_report(&error))),
        }
    }
}

impl Session for Playing {
    fn next(&mut self) -> BoxFuture<'_, Report> {
        async {
            loop {
                let changed = tokio::select! {
                    changed = self.status.changed() => changed,
                    Ok(()) = self.problems.changed() => {
                        return Report::Problems(self.problems.borrow_and_update().clone());
                    }
                };
                if changed.is_err() {
                    return Report::Ended { reason: "the encoder's task has failed".to_owned() };
                }
                match self.status.borrow().clone() {
                    Status::Starting => {}
                    Status::Playing => return Report::Playing,
                    Status::Filling { reason } => return Report::Filling { reason },
                    Status::Ended { reason } => return Report::Ended { reason },
                }
            }
        }
        .boxed()
    }

    fn thumbnail_source(&self) -> Option<Arc<dyn ThumbnailSource>> {
        Some(Arc::new(self.pipeline.thumbnails()))
    }

    fn tap(&self) -> Option<Tap> {
        Some(self.pipeline.tap())
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        self.pipeline.stop().boxed()
    }
}

impl ThumbnailSource for Thumbnails {
    fn take(&self) -> BoxFuture<'_, Option<Thumbnail>> {
        let taken = Thumbnails::take(self);
        taken.map(|taken| taken.map(|it| Thumbnail { jpeg: it.jpeg, taken: it.taken })).boxed()
    }
}

impl Session for FailedSession {
    fn next(&mut self) -> BoxFuture<'_, Report> {
        std::future::ready(self.0.clone()).boxed()
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        std::future::ready(()).boxed()
    }
}

fn failure_report(error: &Error) -> Report {
    let reason = encoder::joined(error);
    match (error, error.cause()) {
        (Error::Socket { .. }, _) => Report::NoDestination { reason },
        (_, Cause::Source) => Report::NoSource { reason },
        (_, Cause::Encoder) => Report::Ended { reason },
    }
}

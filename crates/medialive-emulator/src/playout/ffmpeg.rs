//! Adapts the ffmpeg encoder to the control plane's engine.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::model::run::{Thumbnail, ThumbnailSource};
use crate::service::engine::{Engine, Report, Session};
use lilo_encoder::{self as encoder, Cause, Error, Job, Pipeline, Status, Thumbnails};

/// Plays with ffmpeg.
#[derive(Debug)]
pub(crate) struct Ffmpeg;

struct Playing {
    pipeline: Pipeline,
    status: watch::Receiver<Status>,
    slow: watch::Receiver<bool>,
}

/// A job that could not start.
struct FailedSession(Report);

impl Engine for Ffmpeg {
    fn start(&self, job: &Job) -> Box<dyn Session> {
        match encoder::start(job.clone()) {
            Ok(pipeline) => {
                let (status, slow) = (pipeline.status(), pipeline.slow());
                Box::new(Playing { pipeline, status, slow })
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
                    Ok(()) = self.slow.changed() => {
                        let slow = *self.slow.borrow_and_update();
                        return if slow { Report::Slow } else { Report::InTime };
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
    ending(error.cause(), encoder::joined(error))
}

fn ending(cause: Cause, reason: String) -> Report {
    match cause {
        Cause::Source => Report::NoSource { reason },
        Cause::Encoder => Report::Ended { reason },
    }
}

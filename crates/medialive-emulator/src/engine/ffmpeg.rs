//! The encoder as an engine: what it tells, in the words of the control plane.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::{Engine, Report, Session};
use crate::encoder::{self, Cause, Error, Job, Pipeline, Status};

/// Plays with ffmpeg.
#[derive(Debug)]
pub(crate) struct Ffmpeg;

struct Playing {
    pipeline: Pipeline,
    status: watch::Receiver<Status>,
}

/// A job that came to nothing.
struct Refused(Report);

impl Engine for Ffmpeg {
    fn start(&self, job: &Job) -> Box<dyn Session> {
        match encoder::start(job.clone()) {
            Ok(pipeline) => Box::new(Playing { status: pipeline.status(), pipeline }),
            Err(error) => Box::new(Refused(refusal(&error))),
        }
    }
}

impl Session for Playing {
    fn next(&mut self) -> BoxFuture<'_, Report> {
        async {
            loop {
                if self.status.changed().await.is_err() {
                    return Report::Ended { reason: "the encoder's task has failed".to_owned() };
                }
                match self.status.borrow().clone() {
                    Status::Starting => {}
                    Status::Playing => return Report::Playing,
                    Status::Ended { cause, reason } => return ending(cause, reason),
                }
            }
        }
        .boxed()
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        self.pipeline.stop().boxed()
    }
}

impl Session for Refused {
    fn next(&mut self) -> BoxFuture<'_, Report> {
        std::future::ready(self.0.clone()).boxed()
    }

    fn stop(self: Box<Self>) -> BoxFuture<'static, ()> {
        std::future::ready(()).boxed()
    }
}

fn refusal(error: &Error) -> Report {
    ending(error.cause(), encoder::joined(error))
}

fn ending(cause: Cause, reason: String) -> Report {
    match cause {
        Cause::Source => Report::NoSource { reason },
        Cause::Encoder => Report::Ended { reason },
    }
}

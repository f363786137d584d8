//! Serves one request: parse, handle, answer, or hand on.

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::FutureExt;
use lilo_lifecycle::{Patience, PhysicalId};
use serde_json::Value;
use tracing::Instrument;

use crate::reply::{self, Ending};
use crate::request::ReplyTo;
use crate::response_url::Replies;
use crate::resume::{Resume, age};
use crate::send::send;
use crate::times::{HAND_ON, Times};
use crate::{Data, Error, Order, Request};

/// One invocation of a function.
#[derive(Debug)]
pub struct Invocation<'a> {
    /// What came: a request of CloudFormation's, or one that was handed on.
    pub payload: Value,
    /// When it began.
    pub now: SystemTime,
    /// The time until Lambda ends it.
    pub time_left: Duration,
    /// The way to the ResponseURL.
    pub http: &'a SharedHttpConnector,
    /// Where a ResponseURL may lead.
    pub replies: Replies,
}

/// How a handler ends well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// What `Fn::GetAtt` finds.
    pub data: Data,
    /// The id of what an Update made in place of the resource: CloudFormation then deletes the old one.
    pub replaced_by: Option<String>,
}

impl From<Data> for Done {
    fn from(data: Data) -> Self {
        Self { data, replaced_by: None }
    }
}

/// What a Create has made, noted as soon as it is known: the answer carries it whatever happens afterwards, so that the
/// rollback's Delete finds it.
#[derive(Debug, Default)]
pub struct Made {
    id: OnceLock<String>,
    attempt: Cell<Attempt>,
}

/// What can be said of something that was made, but has no id.
#[derive(Clone, Copy, Debug, Default)]
enum Attempt {
    /// There is no such thing: it was not tried.
    #[default]
    None,
    /// Nobody knows.
    Tried,
    /// There is no such thing: it was refused.
    Refused,
}

impl Made {
    fn before(resume: &Resume) -> Self {
        let id = resume.made.clone().map(OnceLock::from).unwrap_or_default();
        // What was handed on has been tried.
        let attempt = if resume.hop > 0 { Attempt::Tried } else { Attempt::None };
        Self { id, attempt: Cell::new(attempt) }
    }

    /// Notes that from now on something may be made that nobody is told of.
    pub fn trying(&self) {
        self.attempt.set(Attempt::Tried);
    }

    /// Notes that it was clearly refused.
    pub fn refused(&self) {
        self.attempt.set(Attempt::Refused);
    }

    /// Notes the id. The first one stays: an id never changes by accident.
    pub fn note(&self, id: &str) {
        self.id.get_or_init(|| id.to_owned());
        tracing::Span::current().record("physical_id", id);
    }

    fn id(&self) -> Option<&str> {
        self.id.get().map(String::as_str)
    }

    /// The physical id of a Create that was asked for at this time.
    fn physical_id(&self, asked: u64) -> String {
        let id = match (self.id(), self.attempt.get()) {
            (Some(id), _) => PhysicalId::Made(id),
            (None, Attempt::None) => PhysicalId::Nothing,
            (None, Attempt::Tried) => PhysicalId::Perhaps(asked),
            (None, Attempt::Refused) => PhysicalId::Refused(asked),
        };
        id.to_string()
    }
}

/// Why work could not be handed on.
pub type HandOnError = Box<dyn std::error::Error + Send + Sync>;

/// Serves the request in `invocation` and answers it, whether it can be read or not, whether `handle` succeeds, fails,
/// panics or takes too long. What takes longer than the invocation is given to `hand_on`, for another one.
///
/// `handle` gets the request, where to note what it makes, and the time it may take; its error is the reason that the
/// stack's events show. It can be cut off while it waits for anything, and begins anew in another invocation: what it does
/// has to bear that, as it has to bear a crash.
///
/// # Errors
/// Only when no answer could be delivered: Lambda then runs the function again with the same request.
pub async fn serve<E: std::error::Error + 'static>(
    invocation: Invocation<'_>,
    hand_on: impl AsyncFnOnce(Value) -> Result<(), HandOnError>,
    handle: impl AsyncFnOnce(&Request, &Made, Patience) -> Result<Done, E>,
) -> Result<(), Error> {
    let Invocation { mut payload, now, time_left, http, replies } = invocation;
    let resume = Resume::take(&mut payload);
    let to = ReplyTo::read(&payload)?;
    to.url.check(replies)?;
    let span = tracing::info_span!(
        "request",
        request_id = %to.request_id,
        stack_id = %to.stack_id,
        logical_id = %to.logical_id,
        hop = resume.hop,
        physical_id = tracing::field::Empty,
    );
    if let Some(id) = &to.physical_id {
        span.record("physical_id", id);
    }
    async {
        let asked = resume.asked(&to.url, now);
        let age = age(asked, now);
        let made = Made::before(&resume);
        let ran = match Request::parse(payload.clone(), &to.url, asked) {
            Ok(request) => {
                let times = Times::of(age, request.service_timeout, time_left, resume.hop);
                if let Some(times) = times {
                    run(&request, &made, times, handle).await
                } else {
                    // An earlier delivery may have made something, and not have come to say so.
                    made.trying();
                    Ran::Ended(physical_id(&request, &made), too_late(age, resume.hop))
                }
            }
            Err(error) => {
                Ran::Ended(to.physical_id_or_none_made(), Ending::Failed(error.to_string()))
            }
        };
        let (physical_id, ending) = match ran {
            Ran::Ended(physical_id, ending) => (physical_id, ending),
            Ran::CutOff(physical_id) => {
                let next = resume.hand_on(payload, made.id(), asked);
                match tokio::time::timeout(HAND_ON, hand_on(next)).await {
                    Ok(Ok(())) => {
                        tracing::info!("not finished: handed on to another invocation");
                        return Ok(());
                    }
                    Ok(Err(error)) => (physical_id, not_handed_on(&lilo_lifecycle::chain(&*error))),
                    Err(_elapsed) => (physical_id, not_handed_on("EventBridge did not answer")),
                }
            }
        };
        match &ending {
            Ending::Success(_) => tracing::info!(physical_id, "answering SUCCESS"),
            Ending::Failed(reason) => tracing::error!(physical_id, reason, "answering FAILED"),
        }
        send(http, &to.url, &reply::body(&to, &physical_id, &ending)?).await
    }
    .instrument(span)
    .await
}

/// CloudFormation has given the request up: what would be done now, nobody would know of.
fn too_late(age: Duration, hop: u32) -> Ending {
    let age = age.as_secs();
    let done = if hop == 0 { "nothing was done" } else { "it was not finished in time" };
    Ending::Failed(format!("the request is {age} s old, which is past its service timeout; {done}"))
}

fn not_handed_on(why: &str) -> Ending {
    Ending::Failed(format!(
        "not finished in the time of one invocation, and not handed on to another: {why}; deploy or delete again to go on"
    ))
}

/// The id to answer with, unless something has taken the resource's place.
fn physical_id(request: &Request, made: &Made) -> String {
    match &request.order {
        Order::Create => made.physical_id(request.asked),
        Order::Update { physical_id, .. } | Order::Delete { physical_id } => physical_id.clone(),
    }
}

/// How the handler was left.
enum Ran {
    Ended(String, Ending),
    /// It goes on in another invocation; if that is not to be, the answer carries this id.
    CutOff(String),
}

/// Runs the handler inside its time and answers for it, panics included.
async fn run<E: std::error::Error + 'static>(
    request: &Request,
    made: &Made,
    times: Times,
    handle: impl AsyncFnOnce(&Request, &Made, Patience) -> Result<Done, E>,
) -> Ran {
    let handling = AssertUnwindSafe(handle(request, made, times.patience)).catch_unwind();
    let mut replaced_by = None;
    let ending = match tokio::time::timeout(times.cut_off, handling).await {
        Ok(Ok(Ok(done))) => {
            replaced_by = done.replaced_by;
            Some(Ending::Success(done.data))
        }
        Ok(Ok(Err(error))) => Some(Ending::Failed(lilo_lifecycle::chain(&error))),
        Ok(Err(_panic)) => {
            Some(Ending::Failed("the function panicked; its log says where".to_owned()))
        }
        Err(_elapsed) if times.goes_on => None,
        Err(_elapsed) => {
            let after = (times.patience.spent + times.cut_off).as_secs();
            Some(Ending::Failed(format!(
                "not finished after {after} s; deploy or delete again to go on"
            )))
        }
    };
    let physical_id = replaced_by.unwrap_or_else(|| physical_id(request, made));
    match (&request.order, ending) {
        (_, None) => Ran::CutOff(physical_id),
        // CloudFormation takes no Data on Delete.
        (Order::Delete { .. }, Some(Ending::Success(_))) => {
            Ran::Ended(physical_id, Ending::Success(Data::new()))
        }
        (_, Some(ending)) => Ran::Ended(physical_id, ending),
    }
}

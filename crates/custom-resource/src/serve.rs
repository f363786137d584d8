//! Serves one request: parse, handle, answer.

use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::FutureExt;
use lilo_lifecycle::NOTHING_MADE;
use serde_json::Value;
use tracing::Instrument;

use crate::reply::{self, Ending};
use crate::request::ReplyTo;
use crate::send::{self, send};
use crate::{Data, Error, Order, Request};

/// The handler's time ends this long before the function's or CloudFormation's, so that the answer still arrives.
const MARGIN: Duration = Duration::from_secs(5).saturating_add(send::LONGEST);
/// A handler that knows its time is up still has this long to say so, with a better reason than ours.
const GRACE: Duration = Duration::from_secs(10);

/// The id of what a Create has made, noted as soon as it is known: the answer carries it whatever happens afterwards, so
/// that the rollback's Delete finds it.
#[derive(Debug, Default)]
pub struct Made(OnceLock<String>);

impl Made {
    /// Notes the id. The first one stays: an id never changes by accident.
    pub fn note(&self, id: &str) {
        self.0.get_or_init(|| id.to_owned());
        tracing::Span::current().record("physical_id", id);
    }
}

/// Serves the request in `payload` and answers it, whether it can be read or not, whether `handle` succeeds, fails,
/// panics or takes too long.
///
/// `handle` gets the request, where to note what it makes, and the time it may take; its error is the reason that the
/// stack's events show. `time_left` is the function's own.
///
/// # Errors
/// Only when no answer could be delivered: Lambda then runs the function again with the same request.
pub async fn serve<E: std::error::Error + 'static>(
    payload: Value,
    time_left: Duration,
    http: &SharedHttpConnector,
    handle: impl AsyncFnOnce(&Request, &Made, Duration) -> Result<Data, E>,
) -> Result<(), Error> {
    let to = ReplyTo::read(&payload)?;
    let span = tracing::info_span!(
        "request",
        request_id = %to.request_id,
        stack_id = %to.stack_id,
        logical_id = %to.logical_id,
        physical_id = tracing::field::Empty,
    );
    if let Some(id) = &to.physical_id {
        span.record("physical_id", id);
    }
    async {
        let (physical_id, ending) = match Request::parse(payload, &to.url) {
            Ok(request) => {
                let age = to.url.age(SystemTime::now()).unwrap_or_default();
                match request.service_timeout.checked_sub(age) {
                    Some(left) if !left.is_zero() => {
                        run(&request, time_left.min(left), handle).await
                    }
                    Some(_) | None => (to.physical_id_or_none_made(), too_late(age)),
                }
            }
            Err(error) => (to.physical_id_or_none_made(), Ending::Failed(error.to_string())),
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
fn too_late(age: Duration) -> Ending {
    let age = age.as_secs();
    Ending::Failed(format!(
        "the request is {age} s old, which is past its service timeout; nothing was done"
    ))
}

/// Runs the handler inside its time and answers for it, panics included.
async fn run<E: std::error::Error + 'static>(
    request: &Request,
    time_left: Duration,
    handle: impl AsyncFnOnce(&Request, &Made, Duration) -> Result<Data, E>,
) -> (String, Ending) {
    let made = Made::default();
    let stuck = time_left.saturating_sub(MARGIN).max(time_left / 2);
    let budget = stuck.saturating_sub(GRACE).max(stuck / 2);
    let handling = AssertUnwindSafe(handle(request, &made, budget)).catch_unwind();
    let ending = match tokio::time::timeout(stuck, handling).await {
        Ok(Ok(Ok(data))) => Ending::Success(data),
        Ok(Ok(Err(error))) => Ending::Failed(lilo_lifecycle::chain(&error)),
        Ok(Err(_panic)) => Ending::Failed("the function panicked; its log says where".to_owned()),
        Err(_elapsed) => Ending::Failed(format!(
            "not finished after {} s; deploy or delete again to go on",
            stuck.as_secs()
        )),
    };
    let physical_id = match &request.order {
        Order::Create => made.0.into_inner().unwrap_or_else(|| NOTHING_MADE.to_owned()),
        Order::Update { physical_id, .. } | Order::Delete { physical_id } => physical_id.clone(),
    };
    let data = match (&request.order, ending) {
        // CloudFormation takes no Data on Delete.
        (Order::Delete { .. }, Ending::Success(_)) => Ending::Success(Data::new()),
        (_, ending) => ending,
    };
    (physical_id, data)
}

//! Runs a request of CloudFormation's: accept, handle, then reply or hand on.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use lambda_runtime::LambdaEvent;
use lilo_custom_resource::{
    Accepted, Arrival, Data, Error, Order, Outcome, Rejected, Request, accept,
};
use lilo_lifecycle::chain;
use lilo_lifecycle::times::HAND_ON;
use serde_json::Value;
use tokio::time::timeout;
use tracing::Instrument;

use crate::{Aws, Creation, Deadline, time_left};

/// Runs one request with `handle` and replies to it: whether it can be read or not, whether
/// `handle` succeeds, fails, panics or takes too long. Work that takes longer than the invocation
/// goes on in another one of `function`.
///
/// `handle` gets the request, the record of what it creates, and its deadline; its error is the
/// reason that the stack's events show. It can be cut off while it waits for anything, and begins
/// anew in another invocation: it has to bear that as it has to bear a crash.
///
/// # Errors
/// Only when no reply could be delivered: Lambda then runs the function again with the same
/// request.
pub async fn serve<E: std::error::Error + 'static>(
    function: &'static str,
    event: LambdaEvent<Value>,
    aws: &Aws,
    handle: impl AsyncFnOnce(&Request, &Creation, Deadline) -> Result<Data, E>,
) -> Result<(), Error> {
    let now = aws.clock.now();
    let arrival = Arrival {
        now: Timestamp::try_from(now).unwrap_or(Timestamp::MAX),
        time_left: time_left(&event.context, now),
        replies: aws.replies,
    };
    let Accepted { request, reply } = accept(event.payload, arrival)?;
    let span = tracing::info_span!(
        "request",
        request_id = %reply.request_id,
        stack_id = %reply.stack_id,
        logical_id = %reply.logical_id,
        physical_id = reply.physical_id,
    );
    async {
        let (physical_id, outcome) = match request {
            Err(Rejected { physical_id, reason }) => (physical_id, Outcome::Failed(reason)),
            Ok(request) => {
                let creation = Creation::new(&request);
                let outcome = match run(&request, &creation, handle).await {
                    Some(outcome) => outcome,
                    None => match hand_on(function, &request, &creation, aws).await {
                        Ok(()) => return Ok(()),
                        Err(reason) => Outcome::Failed(reason),
                    },
                };
                (physical_id(&request, &creation), outcome)
            }
        };
        reply.send(&aws.http, &physical_id, &outcome).await
    }
    .instrument(span)
    .await
}

/// Runs the handler inside its time, panics included; `None` if it is cut off and goes on in
/// another invocation.
async fn run<E: std::error::Error + 'static>(
    request: &Request,
    creation: &Creation,
    handle: impl AsyncFnOnce(&Request, &Creation, Deadline) -> Result<Data, E>,
) -> Option<Outcome> {
    let deadline = Deadline::of(request.age, request.deadline);
    // Boxed: unboxed, the state of every nested call is one type too deep for the compiler.
    let handled = AssertUnwindSafe(handle(request, creation, deadline).boxed_local());
    let outcome = match timeout(request.cut_off, handled.catch_unwind()).await {
        // CloudFormation takes no Data on Delete.
        Ok(Ok(Ok(_))) if matches!(request.order, Order::Delete { .. }) => {
            Outcome::Success(Data::new())
        }
        Ok(Ok(Ok(data))) => Outcome::Success(data),
        Ok(Ok(Err(error))) => Outcome::Failed(chain(&error)),
        Ok(Err(_panic)) => Outcome::Failed("the function panicked; its log says where".to_owned()),
        Err(_elapsed) if request.goes_on => return None,
        Err(_elapsed) => {
            let age: Duration = request.age + request.cut_off;
            let age = age.as_secs();
            Outcome::Failed(format!("not finished after {age} s; deploy or delete again to go on"))
        }
    };
    Some(outcome)
}

/// Hands the request on to the next invocation; the error is the reason that the stack's events
/// show.
async fn hand_on(
    function: &str,
    request: &Request,
    creation: &Creation,
    aws: &Aws,
) -> Result<(), String> {
    let next = request.handed_on(creation.id());
    let why = match timeout(HAND_ON, aws.bus.invoke(function, &next)).await {
        Ok(Ok(())) => {
            tracing::info!("not finished: handed on to another invocation");
            return Ok(());
        }
        Ok(Err(error)) => chain(&*error),
        Err(_elapsed) => "EventBridge did not answer".to_owned(),
    };
    Err(format!(
        "not finished in the time of one invocation, and not handed on to another: {why}; deploy or delete again to go on"
    ))
}

fn physical_id(request: &Request, creation: &Creation) -> String {
    match &request.order {
        Order::Create => creation.physical_id(request),
        Order::Update { physical_id, .. } | Order::Delete { physical_id } => physical_id.clone(),
    }
}

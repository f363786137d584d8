//! Serves a request of CloudFormation's with what a function has.

use futures_util::FutureExt;
use lambda_runtime::LambdaEvent;
use lilo_custom_resource::{Done, Error, Invocation, Made, Request};
use serde_json::Value;

use crate::{Aws, Budget, time_left};

/// Serves one request with `handle`; what takes longer than the invocation goes on in another one of `function`.
///
/// # Errors
/// When no answer could be delivered.
pub async fn serve<E: std::error::Error + 'static>(
    function: &'static str,
    event: LambdaEvent<Value>,
    aws: &Aws,
    handle: impl AsyncFnOnce(&Request, &Made, Budget) -> Result<Done, E>,
) -> Result<(), Error> {
    let now = aws.clock.now();
    let invocation = Invocation {
        payload: event.payload,
        now,
        time_left: time_left(&event.context, now),
        http: &aws.http,
        replies: aws.replies,
    };
    let hand_on = async |payload| aws.bus.invoke(function, &payload).await;
    lilo_custom_resource::serve(invocation, hand_on, async |request, made, patience| {
        // Boxed: unboxed, the state of every nested call is one type too deep for the compiler.
        handle(request, made, Budget::from(patience)).boxed_local().await
    })
    .await
}

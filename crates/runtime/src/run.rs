//! A function's main.

use std::error::Error;

use futures_util::FutureExt;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use crate::{Aws, logs};

/// Serves Lambda's invocations with `handle`, one after the other, until the Runtime API goes away.
///
/// The payload arrives as plain JSON: one that a typed handler could not read would never reach it,
/// and so never be answered (aws-lambda-rust-runtime issue 520).
///
/// # Errors
/// When the Runtime API cannot be reached any more.
pub async fn run<E: Error + 'static>(
    handle: impl AsyncFn(LambdaEvent<Value>, &Aws) -> Result<(), E>,
) -> Result<(), lambda_runtime::Error> {
    logs::init();
    let aws = Aws::from_environment().await;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        // Boxed: unboxed, the state of every nested call is one type too deep for the compiler.
        handle(event, &aws).boxed_local().await.map_err(|error| lilo_lifecycle::chain(&error))
    }))
    .await
}

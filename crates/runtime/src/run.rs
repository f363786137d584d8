//! A function's main: its logs, its clients, and the loop that serves invocations.

use std::env;
use std::error::Error;

use futures_util::FutureExt;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

use crate::Aws;

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
    init_logs();
    let aws = Aws::from_environment().await;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        // Boxed: unboxed, the state of every nested call is one type too deep for the compiler.
        handle(event, &aws).boxed_local().await.map_err(|error| lilo_lifecycle::chain(&error))
    }))
    .await
}

/// Logs from now on, one JSON object a line on standard output, at the level that the function's
/// `LoggingConfig` names (Lambda passes it in this variable).
fn init_logs() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| level.parse().ok());
    let lines = fmt::layer()
        .json()
        // With its time: Lambda takes a line without a valid one for INFO, and drops it where WARN
        // is asked for.
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false);
    registry().with(lines.with_filter(targets(level.unwrap_or(LevelFilter::INFO)))).init();
}

/// Our own code logs at `level`, other people's only warns: at TRACE, `lambda_runtime` prints every
/// payload, and with it the signed ResponseURL.
fn targets(level: LevelFilter) -> Targets {
    Targets::new().with_target("lilo", level).with_default(level.min(LevelFilter::WARN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn other_peoples_code_only_warns_at_any_level() {
        let all = targets(LevelFilter::TRACE);
        assert!(all.would_enable("lilo_runtime::reconcile", &Level::TRACE));
        assert!(all.would_enable("lambda_runtime::layers", &Level::WARN));
        assert!(!all.would_enable("lambda_runtime::layers", &Level::INFO));

        let errors = targets(LevelFilter::ERROR);
        assert!(!errors.would_enable("lilo_channel", &Level::WARN));
        assert!(!errors.would_enable("aws_smithy_runtime", &Level::WARN));
    }
}

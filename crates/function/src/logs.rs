//! Structured logs: one JSON object a line on standard output, where Lambda picks them up.

use std::env;

use tracing_subscriber::filter::LevelFilter;

/// Logs from now on, at the level that the function's `LoggingConfig` names (Lambda passes it in this variable).
pub(crate) fn init() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").ok().and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        // CloudWatch stamps each line.
        .without_time()
        .init();
}

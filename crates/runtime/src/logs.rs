//! Structured logs: one JSON object a line on standard output, where Lambda picks them up.

use std::env;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

/// Logs from now on, at the level that the function's `LoggingConfig` names (Lambda passes it in
/// this variable).
pub(crate) fn init() {
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

//! Why an invocation failed, in Lambda's two fields and words.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A failed invocation, as in Lambda's response body and in a function's own report.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The function's own type, or one of Lambda's such as `Sandbox.Timedout`.
    #[serde(default)]
    pub error_type: String,
    /// A message for people.
    #[serde(default)]
    pub error_message: String,
}

impl Failure {
    fn new(error_type: &str, error_message: impl Into<String>) -> Self {
        Self { error_type: error_type.to_owned(), error_message: error_message.into() }
    }

    pub(super) fn reported(body: &[u8]) -> Self {
        serde_json::from_slice(body)
            .unwrap_or_else(|_| Self::new("Unhandled", String::from_utf8_lossy(body)))
    }

    pub(super) fn timed_out(after: Duration) -> Self {
        let message = format!("Task timed out after {:.2} seconds", after.as_secs_f64());
        Self::new("Sandbox.Timedout", message)
    }

    pub(super) fn init_timed_out(after: Duration) -> Self {
        let message = format!("the process did not ask for work within {after:?}");
        Self::new("Sandbox.Timedout", message)
    }

    pub(super) fn exited(how: &str) -> Self {
        Self::new("Runtime.ExitError", format!("the process ended before it answered: {how}"))
    }

    pub(super) fn not_started(program: &std::path::Path, source: &std::io::Error) -> Self {
        let message = format!("could not start {}: {source}", program.display());
        Self::new("Runtime.InvalidEntrypoint", message)
    }

    pub(super) fn shut_down() -> Self {
        Self::new("Local.ShutDown", "the local platform was shut down")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)
    }
}

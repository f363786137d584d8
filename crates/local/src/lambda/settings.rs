//! What all functions of the platform have in common.

use std::time::Duration;

/// What all functions of the platform have in common.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The Region in ARNs and in `AWS_REGION`.
    pub region: String,
    /// The twelve-digit account in ARNs.
    pub account: String,
    /// How long after a failed Event invocation each further try begins; one entry a try.
    pub retry_delays: Vec<Duration>,
    /// How long a process may take to ask for its first invocation.
    pub init_timeout: Duration,
}

impl Settings {
    /// AWS's own values: retries after one and two minutes, ten seconds of initialisation.
    #[must_use]
    pub fn new(region: impl Into<String>, account: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            account: account.into(),
            retry_delays: vec![Duration::from_mins(1), Duration::from_mins(2)],
            init_timeout: Duration::from_secs(10),
        }
    }
}

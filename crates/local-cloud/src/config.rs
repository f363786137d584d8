//! The account that the platform plays, and how fast its time runs.

use std::time::Duration;

/// The account that the platform plays, and how fast its time runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The Region in ARNs, in `AWS_REGION` and for `AWS::Region`.
    pub region: String,
    /// The twelve-digit account in ARNs and for `AWS::AccountId`.
    pub account: String,
    /// The real duration of one second of a ServiceTimeout or a schedule.
    pub second: Duration,
    /// The delay before each retry of a failed Event invocation; one entry per retry.
    pub retry_delays: Vec<Duration>,
    /// How long a function's process may take until it asks for its first invocation.
    pub init_timeout: Duration,
}

impl Config {
    /// AWS's values: retries after one and two minutes, ten seconds of initialisation.
    #[must_use]
    pub fn new(region: impl Into<String>, account: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            account: account.into(),
            second: Duration::from_secs(1),
            retry_delays: vec![Duration::from_mins(1), Duration::from_mins(2)],
            init_timeout: Duration::from_secs(10),
        }
    }
}

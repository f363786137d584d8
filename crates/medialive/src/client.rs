//! The client: its operations stand in `operation`, one file each.

use std::time::Duration;

use aws_sdk_medialive::Client;
use aws_sdk_medialive::config::Builder;
use aws_sdk_medialive::config::retry::RetryConfig;
use aws_sdk_medialive::config::timeout::TimeoutConfig;

use crate::Error;

/// MediaLive of one account and region. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MediaLive {
    /// For what reads.
    pub(crate) sdk: Client,
    /// For what changes something: it does not repeat a call. Before it is made again somebody has to look, as a later request, or
    /// a person, may have changed the resource since.
    pub(crate) writing: Client,
}

impl MediaLive {
    /// MediaLive through this SDK client, whose configuration says where, with which credentials and how often a call
    /// that reads, and was throttled or met a server error, is repeated.
    #[must_use]
    pub fn new(sdk: Client) -> Self {
        let once = sdk.config().to_builder().retry_config(RetryConfig::disabled()).build();
        Self { sdk, writing: Client::from_conf(once) }
    }
}

/// A creation is answered, or counts as not answered, within this time: who looks for what may have been made has to know when
/// there is nothing more to come.
pub const CREATION: Duration = Duration::from_secs(40);

/// The configuration of a call that creates something.
pub(crate) fn creation() -> Builder {
    let timeout = TimeoutConfig::builder().operation_timeout(CREATION).build();
    Builder::new().timeout_config(timeout)
}

/// "Not found" as an answer rather than an error, for callers to whom it is one.
///
/// # Errors
/// Every other error.
pub fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

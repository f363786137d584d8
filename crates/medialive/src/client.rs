//! The client: its operations stand in `operation`, one file each.

use aws_sdk_medialive::Client;
use aws_sdk_medialive::config::Builder;
use aws_sdk_medialive::config::retry::RetryConfig;
use aws_sdk_medialive::config::timeout::TimeoutConfig;

use lilo_lifecycle::times::CREATE_CALL;

use crate::Error;

/// MediaLive of one account and region. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MediaLive {
    pub(crate) sdk: Client,
}

impl MediaLive {
    /// MediaLive with this configuration, which says where and with which credentials.
    ///
    /// The SDK repeats no call: before a writing one is repeated, the caller looks, as a later
    /// request, or a person, may have changed the resource since; and it alone knows how long to
    /// wait after a throttled one.
    #[must_use]
    pub fn new(config: Builder) -> Self {
        let once = config.retry_config(RetryConfig::disabled());
        Self { sdk: Client::from_conf(once.build()) }
    }
}

/// The configuration of a call that creates something.
pub(crate) fn creation() -> Builder {
    let timeout = TimeoutConfig::builder().operation_timeout(CREATE_CALL).build();
    Builder::new().timeout_config(timeout)
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The token of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The page that was asked for with `token`. An empty `next` token, and the same one again, end
    /// the list: it would never end.
    pub(crate) fn of(items: Vec<T>, token: Option<&str>, next: Option<String>) -> Self {
        let next = next.filter(|next| !next.is_empty() && Some(next.as_str()) != token);
        Self { items, next }
    }
}

/// Items on a page: an account of usual size is one page. The API model gives no default and no
/// maximum.
pub(crate) const PAGE_SIZE: i32 = 100;

/// "Not found" as `None`.
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

//! What a function works with: its AWS clients and its clock.

use std::sync::Arc;
use std::time::SystemTime;
use std::{env, fmt};

use aws_config::BehaviorVersion;
use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use lilo_custom_resource::Replies;
use lilo_medialive::MediaLive;

use crate::{Bus, tls};

/// Set by what stands in for CloudFormation on this machine: its ResponseURLs are loopback
/// addresses.
const LOOPBACK_REPLIES: &str = "LILO_LOOPBACK_REPLIES";

/// The services that a function calls.
#[derive(Clone, Debug)]
pub struct Aws {
    /// MediaLive in the function's own region.
    pub medialive: MediaLive,
    /// For the reply to CloudFormation; the SDK uses the same connections and certificates.
    pub http: SharedHttpConnector,
    /// For work that takes longer than one invocation.
    pub bus: Bus,
    /// Where the reply may go.
    pub replies: Replies,
    /// What time it is.
    pub clock: Clock,
}

impl Aws {
    /// Region and credentials from the variables that Lambda sets: the default chain would look for
    /// them in six other places. `AWS_ENDPOINT_URL_MEDIALIVE` and `AWS_ENDPOINT_URL_EVENTBRIDGE`
    /// send the calls elsewhere.
    pub async fn from_environment() -> Self {
        let http = tls::connector();
        let connector = http.clone();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(EnvironmentVariableRegionProvider::new())
            .credentials_provider(EnvironmentVariableCredentialsProvider::new())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .load()
            .await;
        let loopback = env::var(LOOPBACK_REPLIES).is_ok_and(|value| value == "1");
        Self {
            medialive: MediaLive::new(aws_sdk_medialive::Client::new(&config)),
            http,
            bus: Bus::new(aws_sdk_eventbridge::Client::new(&config)),
            replies: if loopback { Replies::S3OrLoopback } else { Replies::S3 },
            clock: Clock::default(),
        }
    }
}

/// Tells the time; in tests another than the system's. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that shows what `now` returns.
    #[must_use]
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

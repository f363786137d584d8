//! What a function works with: its AWS clients and its clock.

use std::sync::Arc;
use std::time::SystemTime;
use std::{env, fmt};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use lilo_custom_resource::Replies;
use lilo_medialive::MediaLive;

use crate::config::sdk_config;
use crate::connector::connector;
use crate::{Bus, endpoint};

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
    /// Region, credentials and endpoints from the environment (`config`). Opens a connection to
    /// MediaLive: nearly every request calls it first, and Lambda gives INIT a whole processor.
    pub async fn from_environment() -> Self {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let (http, connections) = connector();
        let config = sdk_config(variable, http.clone());
        if let Some(uri) = endpoint::of_medialive(&config).await {
            connections.open(uri).await;
        }
        let loopback = env::var(LOOPBACK_REPLIES).is_ok_and(|value| value == "1");
        Self {
            medialive: MediaLive::new((&config).into()),
            http,
            bus: Bus::new(config),
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

//! LILO's own event bus: hands a request that takes longer than one invocation on to the next.
//!
//! Not the default bus: the request carries the signed ResponseURL, which any catch-all rule or
//! archive would read there.

use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;
use backon::{ExponentialBuilder, Retryable};
use serde_json::Value;
use tokio::time::timeout;

/// The bus in infra/bootstrap.yaml: its name is fixed, as the functions' are.
const BUS: &str = "lilo";
/// The source that its rules expect.
const SOURCE: &str = "lilo";

/// One attempt, with the SDK's own repeats, takes at most this long.
const ATTEMPT: Duration = Duration::from_secs(5);

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The bus of one account and region. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bus {
    config: SdkConfig,
}

impl Bus {
    /// The bus that this configuration leads to. Few invocations need it, and making its client
    /// took a tenth of a cold start's instructions: it is made when it is needed.
    #[must_use]
    pub fn new(config: SdkConfig) -> Self {
        Self { config }
    }

    /// Has `function` invoked with `payload`, soon. Tried a bounded number of times.
    ///
    /// # Errors
    /// What EventBridge says to the last try, without the payload.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<(), Source> {
        let pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(500))
            .with_max_times(2);
        (|| self.put(function, payload)).retry(pauses).await
    }

    async fn put(&self, function: &str, payload: &Value) -> Result<(), Source> {
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(BUS)
            .source(SOURCE)
            .detail_type(format!("Resume {function}"))
            .detail(payload.to_string())
            .build();
        let sdk = Client::new(&self.config);
        let answer = timeout(ATTEMPT, sdk.put_events().entries(entry).send()).await?;
        let answer = answer.map_err(|error| lilo_lifecycle::chain(&error))?;
        // PutEvents answers 200 also for what it did not take.
        match answer.entries().iter().find_map(|entry| entry.error_code().map(|code| (code, entry)))
        {
            None => Ok(()),
            Some((code, entry)) => {
                Err(format!("{code}: {}", entry.error_message().unwrap_or_default()).into())
            }
        }
    }
}

//! The AWS clients of a function.

use aws_config::BehaviorVersion;
use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use lilo_medialive::MediaLive;

use crate::tls;

/// What a function reaches beyond itself.
#[derive(Clone, Debug)]
pub struct Aws {
    /// MediaLive in the function's own region.
    pub medialive: MediaLive,
    /// For the reply to CloudFormation; the SDK uses the same connections and certificates.
    pub http: SharedHttpConnector,
}

impl Aws {
    /// Region and credentials from the variables that Lambda sets: the default chain would look for them in six other
    /// places. `AWS_ENDPOINT_URL_MEDIALIVE` sends the calls elsewhere.
    pub async fn from_environment() -> Self {
        let http = tls::connector();
        let connector = http.clone();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(EnvironmentVariableRegionProvider::new())
            .credentials_provider(EnvironmentVariableCredentialsProvider::new())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .load()
            .await;
        Self { medialive: MediaLive::new(aws_sdk_medialive::Client::new(&config)), http }
    }
}

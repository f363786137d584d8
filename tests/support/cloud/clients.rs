//! The SDK clients of a function, over a connector instead of the network.

use aws_sdk_medialive::Client;
use aws_sdk_medialive::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;
use aws_types::sdk_config::SharedCredentialsProvider;
use lilo_custom_resource::Replies;
use lilo_medialive::MediaLive;
use lilo_runtime::{Aws, Bus, Clock};

use super::bootstrap::REGION;

/// What the function called `role` reaches through `connector`; its role is its access key id.
pub(super) fn aws(connector: &SharedHttpConnector, role: &'static str, clock: &Clock) -> Aws {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials(role)))
        .http_client(client(connector))
        .build();
    Aws {
        medialive: MediaLive::new(medialive(connector, role).config().to_builder()),
        http: connector.clone(),
        bus: Bus::new(config),
        replies: Replies::S3,
        clock: clock.clone(),
    }
}

/// MediaLive as the role reaches it.
pub(super) fn medialive(connector: &SharedHttpConnector, role: &'static str) -> Client {
    let config = aws_sdk_medialive::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(credentials(role))
        .http_client(client(connector))
        .build();
    Client::from_conf(config)
}

fn credentials(role: &'static str) -> Credentials {
    Credentials::new(role, "secret", None, None, "test")
}

fn client(connector: &SharedHttpConnector) -> SharedHttpClient {
    let connector = connector.clone();
    http_client_fn(move |_, _| connector.clone())
}

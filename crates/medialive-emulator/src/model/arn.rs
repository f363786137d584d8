//! The ARNs of MediaLive. Knows their form only, not whether a resource exists.

use crate::config::Config;

/// The types of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourceType {
    Channel,
    Input,
}

/// The ARN of a resource in the configured region and account (service authorization reference).
pub(crate) fn arn(config: &Config, resource_type: ResourceType, id: &str) -> String {
    let name = match resource_type {
        ResourceType::Channel => "channel",
        ResourceType::Input => "input",
    };
    format!("arn:aws:medialive:{}:{}:{name}:{id}", config.region, config.account)
}

//! The ARNs of MediaLive. Knows their form only, not whether a resource exists.

use crate::config::Config;

/// The types of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourceType {
    Channel,
    Input,
    InputSecurityGroup,
}

/// The ARN of a resource in a region and an account (service authorization reference).
pub(crate) fn arn(config: &Config, resource_type: ResourceType, id: &str) -> String {
    let name = match resource_type {
        ResourceType::Channel => "channel",
        ResourceType::Input => "input",
        ResourceType::InputSecurityGroup => "inputSecurityGroup",
    };
    let Config { region, account, .. } = config;
    format!("arn:{}:medialive:{region}:{account}:{name}:{id}", partition(region))
}

/// The partition of a region (the SDKs' `partitions.json`).
fn partition(region: &str) -> &'static str {
    const OTHERS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
    ];
    OTHERS.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |it| it.1)
}

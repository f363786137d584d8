//! How MediaLive names a resource across accounts. Knows the shape only, not whether the resource exists.

use crate::config::Config;

/// The kinds of resources the emulator keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Channel,
    Cluster,
    Input,
    Multiplex,
    PlacementGroup,
}

/// The ARN of a resource in the configured region and account; the id of a placement group has its cluster's before it
/// (service authorization reference).
pub(crate) fn arn(config: &Config, kind: Kind, id: &str) -> String {
    let kind = match kind {
        Kind::Channel => "channel",
        Kind::Cluster => "cluster",
        Kind::Input => "input",
        Kind::Multiplex => "multiplex",
        Kind::PlacementGroup => "channelPlacementGroup",
    };
    format!("arn:aws:medialive:{}:{}:{kind}:{id}", config.region, config.account)
}

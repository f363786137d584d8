//! How MediaLive names a resource across accounts. Knows the shape only, not whether the resource exists.

use crate::config::Config;

/// The kinds of resources the emulator keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Channel,
    Cluster,
    Input,
    Multiplex,
    Node,
    PlacementGroup,
    SignalMap,
}

/// The ARN of a resource in the configured region and account; the id of what is in a cluster has the cluster's before it
/// (service authorization reference).
pub(crate) fn arn(config: &Config, kind: Kind, id: &str) -> String {
    let kind = match kind {
        Kind::Channel => "channel",
        Kind::Cluster => "cluster",
        Kind::Input => "input",
        Kind::Multiplex => "multiplex",
        Kind::Node => "node",
        Kind::PlacementGroup => "channelPlacementGroup",
        Kind::SignalMap => "signal-map",
    };
    format!("arn:aws:medialive:{}:{}:{kind}:{id}", config.region, config.account)
}

//! How MediaLive names a resource across accounts. Knows the shape only, not whether the resource
//! exists.

use crate::config::Config;

/// The kinds of resources the emulator keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Channel,
    Input,
}

/// The ARN of a resource in the configured region and account (service authorization reference).
pub(crate) fn arn(config: &Config, kind: Kind, id: &str) -> String {
    let kind = match kind {
        Kind::Channel => "channel",
        Kind::Input => "input",
    };
    format!("arn:aws:medialive:{}:{}:{kind}:{id}", config.region, config.account)
}

//! The tags of a resource, and how an operation names its resource.

use std::collections::BTreeMap;

/// The tags of one resource.
pub(crate) type Tags = BTreeMap<String, String>;

/// What an operation's path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A channel, by its id.
    Channel,
    /// An input, by its id.
    Input,
    /// An input security group, by its id.
    InputSecurityGroup,
    /// Any of them, by its ARN.
    Arn,
    /// All resources of a type, or a new one.
    Collection,
}

//! MediaLive's inputs, their security groups, and channels, their states, and handles to a running channel.
//!
//! Pure values. Must not know how they are stored, played or requested.

pub(crate) mod alert;
pub(crate) mod arn;
pub(crate) mod channel;
pub(crate) mod defaults;
pub(crate) mod input;
pub(crate) mod input_security_group;
pub(crate) mod run;
pub(crate) mod states;
pub(crate) mod tags;

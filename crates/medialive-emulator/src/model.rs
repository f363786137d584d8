//! What MediaLive holds: inputs and channels, their states, and what a running channel can be
//! asked.
//!
//! Pure values. Must not know how they are stored, played or asked about.

pub(crate) mod alert;
pub(crate) mod arn;
pub(crate) mod channel;
pub(crate) mod defaults;
pub(crate) mod input;
pub(crate) mod run;
pub(crate) mod states;
pub(crate) mod tags;

//! `lilo conformance` with real processes: against the emulated MediaLive that it starts, and
//! against one that stands for AWS behind another address.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod cleaning;
mod reports;

//! The packaged functions and both templates on an engine that is not ours: ministack for AWS,
//! `lilo emulator` for MediaLive. `make e2e` packages the functions and runs this; by itself a test
//! runner passes it over.
//!
//! What ministack cannot show stands in docs/end-to-end.md, each point with the test of ours that
//! does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cloudformation;
mod code;
mod deploy;
mod faults;
mod guard;
mod harness;

//! The repository is consistent: its documents are true, and the functions are packaged as the
//! template says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod commands;
mod documents;
mod packages;
mod parameters;
mod samples;

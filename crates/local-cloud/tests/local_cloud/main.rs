//! The local platform against real processes (`examples/function.rs` on `lambda_runtime`).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cancelling;
mod eventbridge;
mod failing;
mod infra;
mod lambda;
mod source;
mod stack;
mod support;
mod update;

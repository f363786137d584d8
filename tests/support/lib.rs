//! AWS in one process and in virtual time: the real handlers, the real SDK, the emulated MediaLive.
//!
//! There are no sockets: a connector hands the SDK's requests to the emulator's router and to a
//! record of replies, so that tokio's paused clock drives it all and a test takes no time that
//! anybody waits for.

#![expect(clippy::missing_panics_doc, reason = "a test library panics where a test is to fail")]

pub mod account;
mod cloud;
mod fault;
mod log;
mod made;
pub mod programs;
pub mod samples;

pub use cloud::{
    ACCOUNT, ANOTHER, ANOTHER_ANSWER, Call, Cloud, Function, Loop, PANICKED, PUT_EVENTS, REGION,
    REPLY, Reply, Stack, Status, bootstrap, bootstrap_with, sweep_period,
};
pub use fault::{CALL_FAULTS, CallFault, Calls, FOREVER, Fault, Turns};
pub use log::Log;
pub use made::Made;

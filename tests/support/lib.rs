//! A world in one process and in virtual time: the real handlers, the real SDK on the wire, the emulated MediaLive.
//!
//! There are no sockets: a connector hands the SDK's requests to the emulator's router and the replies to a list, so
//! that tokio's paused clock drives it all and a test takes no time that anybody waits for.

#![expect(clippy::missing_panics_doc, reason = "a test world panics where a test is to fail")]

pub mod account;
mod aws;
mod cloud;
pub mod programs;
pub mod samples;
mod wire;
mod world;

pub use cloud::{
    ACCOUNT, ANOTHER, ANOTHER_ANSWER, Call, Cloud, Delivery, Loop, PANICKED, REGION, REPLY, Stack,
    Status, TROUBLES, Target, Trouble, bootstrap, sweep_period,
};
pub use wire::{Goes, PUT_EVENTS, Seen, Wire};
pub use world::{Function, Reply, World};

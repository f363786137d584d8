//! The functions through their real handlers, against the emulated MediaLive in virtual time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod calls;
mod denied;
mod faults;
mod lifecycle;
mod ownership;
mod parameters;
mod parity;
mod replies;
mod starter;
mod update;

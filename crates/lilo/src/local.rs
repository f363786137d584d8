//! The commands on this machine: the loop, the emulator and the sample events.

pub(crate) mod emulator;
pub(crate) mod function;
mod platform;
pub(crate) mod replay;
pub(crate) mod up;

pub use platform::{Delivered, Feeds, Platform, cloud};

/// The name of the loop's stack and channel.
pub(crate) const STACK: &str = "lilo";

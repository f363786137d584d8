//! AWS around the functions, on loopback: [`lambda`], [`cloudformation`] and [`eventbridge`], which
//! [`Platform`] starts together; and local files as a [`source`].
//!
//! It knows nothing of MediaLive. It supports what LILO's own templates use and refuses the rest by
//! name: it is not a CloudFormation engine.

pub mod cloudformation;
mod config;
mod error;
pub mod eventbridge;
pub mod lambda;
mod loopback;
mod platform;
pub mod source;

pub use config::Config;
pub use error::Error;
pub use platform::{Functions, Platform};

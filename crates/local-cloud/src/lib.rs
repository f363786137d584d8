//! What AWS does around the functions, on loopback: [`lambda`], [`cloudformation`] and
//! [`eventbridge`], which [`Platform`] starts as one; and a local file as a [`source`].
//!
//! It knows nothing of MediaLive. It understands what LILO's own templates use and says plainly
//! when it meets more: it is not a CloudFormation engine.

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

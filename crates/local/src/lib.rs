//! What AWS does around the functions, on loopback: Lambda's Runtime API ([`lambda`]), EventBridge
//! ([`bus`]), templates ([`template`]), stacks of custom resources ([`stack`]) and the
//! ResponseURL they answer to ([`response`]); and a local file as a source ([`source`]).
//!
//! It knows nothing of MediaLive. It understands what LILO's own templates use and says plainly when it
//! meets more: it is not a CloudFormation engine.

pub mod bus;
mod error;
pub mod lambda;
mod loopback;
pub mod response;
pub mod source;
pub mod stack;
pub mod template;

pub use error::Error;

//! CloudFormation's custom-resource contract: a request is parsed once at the door, and answered once, always.
//!
//! Knows the request, the signed ResponseURL and the limits of the reply (CloudFormation user guide, "Custom resource
//! request and response objects"). Knows nothing of MediaLive: a function gives [`serve()`] a handler, and decides what
//! is made. The ResponseURL is a secret (whoever has it can answer for the resource): it is shown nowhere.

mod error;
pub mod property;
mod reply;
mod request;
mod response_url;
mod resume;
mod send;
mod serve;
mod times;

pub use error::Error;
pub use reply::{Data, REPLY_LIMIT};
pub use request::{Order, Request};
pub use response_url::Replies;
pub use serve::{Done, HandOnError, Invocation, Made, serve};

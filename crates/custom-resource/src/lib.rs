//! CloudFormation's custom-resource contract: a request is accepted once, and replied to once,
//! always.
//!
//! [`accept()`] parses a payload into a [`Request`] with its deadline, and the [`PendingReply`]
//! that goes with it. Whoever runs the request sends the reply. This crate knows the request, the
//! signed ResponseURL and the limits of the reply (CloudFormation user guide, "Custom resource
//! request and response objects"). It knows nothing of MediaLive. The ResponseURL is a secret
//! (whoever has it can answer for the resource): it is shown nowhere.

mod accept;
mod error;
pub mod property;
mod reply;
mod request;
mod response_url;

pub use accept::{Accepted, Arrival, Rejected, accept};
pub use error::Error;
pub use reply::{Data, Outcome, PendingReply, REPLY_LIMIT};
pub use request::{Order, Request};
pub use response_url::Replies;

//! What to do next with a MediaLive input or channel.
//!
//! Every decision is a function from values (what was requested, what MediaLive shows, the age of
//! the request) to a [`Step`]. Nothing here is asynchronous or knows the SDK, a clock, the
//! environment or randomness. The reconcile loop in `lilo_runtime` observes, asks for the next
//! step, acts on it and observes again.

mod chain;
pub mod channel;
pub mod identity;
pub mod input;
pub mod step;
pub mod tags;
pub mod times;

pub use chain::chain;
pub use identity::{Identity, PhysicalId, medialive_id};
pub use step::{Failure, Resource, Step};
pub use tags::{LiloTags, Tags};

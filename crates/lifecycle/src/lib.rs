//! What to do next with a MediaLive input or channel.
//!
//! Every decision is a function from values (the request, what MediaLive shows, the time spent) to a [`Step`]. Nothing
//! here is asynchronous or knows the SDK, a clock, the environment or randomness: a ring around this crate observes,
//! asks for the next step, performs it and asks again.

mod chain;
pub mod channel;
pub mod guard;
pub mod identity;
pub mod input;
pub mod start;
pub mod step;
pub mod sweep;
pub mod tags;

pub use chain::chain;
pub use identity::{Identity, PhysicalId, medialive_id};
pub use step::{Failure, Patience, Resource, Step};

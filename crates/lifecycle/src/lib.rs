//! What to do next with a MediaLive input or channel.
//!
//! Every decision is a function from values (what was requested, what MediaLive shows, the age of
//! the request) to a [`Step`]. Nothing here is asynchronous or knows the SDK, a clock, the
//! environment or randomness. The reconcile loop in `lilo_runtime` observes, asks for the next
//! step, acts on it and observes again.

pub mod channel;
pub mod identity;
pub mod input;
pub mod step;
pub mod tags;
pub mod times;

use std::error::Error;
use std::iter::successors;

pub use identity::{Identity, PhysicalId, medialive_id};
pub use step::{Failure, Resource, Step};
pub use tags::{LiloTags, Tags};

/// The error and its causes on one line. No Display repeats its source, so each is said once.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = successors(error.source(), |cause| (**cause).source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

//! What the three functions share: the wiring of a main (logs, TLS, AWS clients), and the ring around
//! `lilo_lifecycle`'s decisions, which looks, decides, does and looks again.
//!
//! Lean on purpose: this is what a cold start is made of (docs/decisions/0003-lean-functions.md).

mod aws;
mod budget;
mod bus;
mod clock;
mod create;
mod deadline;
mod drive;
mod error;
mod logs;
mod run;
mod search;
mod serve;
mod tls;

pub use aws::Aws;
pub use budget::Budget;
pub use bus::Bus;
pub use clock::Clock;
pub use create::{CREATE_WITHIN, create};
pub use deadline::time_left;
pub use drive::{ask, drive, remove};
pub use error::Error;
pub use run::run;
pub use search::search;
pub use serve::serve;

//! What the three functions share: the wiring of a main (logs, TLS, AWS clients), how a request is
//! run and replied to, and the reconcile loop around `lilo_lifecycle`'s decisions.
//!
//! Lean on purpose: this is what a cold start is made of (docs/decisions/0003-lean-functions.md).

mod aws;
mod bus;
mod clock;
mod create;
mod creation;
mod deadline;
mod error;
mod logs;
mod reconcile;
mod retry;
mod run;
mod search;
mod serve;
mod tls;

pub use aws::Aws;
pub use bus::Bus;
pub use clock::Clock;
pub use create::{create, create_once};
pub use creation::Creation;
pub use deadline::{Deadline, time_left};
pub use error::Error;
pub use reconcile::{delete, reconcile};
pub use retry::{list, retry_until_answered};
pub use run::run;
pub use search::search;
pub use serve::serve;

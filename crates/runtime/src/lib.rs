//! What the three functions share: the wiring of a main (logs, TLS, AWS clients), how a request is
//! run and replied to, and the reconcile loop around `lilo_lifecycle`'s decisions.
//!
//! Lean on purpose: this is what a cold start is made of (docs/decisions/0003-lean-functions.md).

mod aws;
mod bus;
mod config;
mod connections;
mod connector;
mod create;
mod deadline;
mod endpoint;
mod error;
mod pace;
mod reconcile;
mod run;
mod search;
mod serve;
mod tls;

pub use aws::{Aws, Clock};
pub use bus::Bus;
pub use create::{Creation, create, create_once};
pub use deadline::{Deadline, time_left};
pub use error::Error;
pub use reconcile::{delete, reconcile, retry_until_answered};
pub use run::run;
pub use search::{list, search};
pub use serve::serve;

//! The commands for an AWS account.

pub(crate) mod conformance;
pub(crate) mod deploy;
pub(crate) mod destroy;
mod loop_summary;
mod session;
pub(crate) mod start_stop;
pub(crate) mod status;
pub(crate) mod watch;

use loop_summary::LoopSummary;
use session::Session;

//! `lilo conformance`: asks MediaLive what docs/fidelity.md could only choose.
//!
//! The checks are `crates/conformance`. Here is where they ask: an emulated MediaLive, or AWS.

mod aws;
mod deploy_path;
mod emulator;
mod estimate;
mod print;

use crate::Error;
use crate::args::{Conformance, Target};

/// Asks every check, or deletes what earlier runs left.
pub(crate) async fn run(args: Conformance) -> Result<(), Error> {
    match args.target {
        Target::Emulator => emulator::run(args).await,
        Target::Aws => aws::run(args).await,
    }
}

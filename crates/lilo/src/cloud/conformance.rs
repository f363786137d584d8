//! `lilo conformance`: asks MediaLive what docs/fidelity.md could only choose.
//!
//! The checks are `crates/conformance`. Here is where they ask: an emulated MediaLive, or AWS.

mod aws;
mod deploy_path;
mod emulator;
mod estimate;
mod print;

use std::time::Duration;

use crate::Error;
use crate::args::{Conformance, Target};
use crate::aws::Aws;
use crate::ui::screen;

/// Asks every check, or deletes what earlier runs left.
pub(crate) async fn run(args: Conformance) -> Result<(), Error> {
    match args.target {
        Target::Emulator => emulator::run(args).await,
        Target::Aws => aws::run(args).await,
    }
}

/// Deletes what a run has made, after it ended in whatever way.
pub(super) async fn clean_up(aws: &Aws, quiet: Duration) -> Result<(), Error> {
    let mut told = Vec::new();
    let cleaned = lilo_conformance::clean(&aws.medialive, quiet, |left| {
        if told.is_empty() && !left.is_empty() {
            screen::remark("deleting what the run made, which can take minutes");
            told = left.to_vec();
        }
    });
    cleaned.await.map_err(Error::Conformance)?;
    deploy_path::begin_to_delete_probe(aws).await
}

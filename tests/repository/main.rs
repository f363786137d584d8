//! The repository is consistent: its documents are true, and the functions are packaged as the template says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod documents;
mod packages;
mod samples;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

//! Writes the calls to MediaLive to a file.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use lilo_medialive_emulator::Call;

use crate::Error;

/// The file, opened first to fail early if it is not writable.
#[derive(Debug)]
pub(crate) struct CallLog {
    path: PathBuf,
    file: File,
}

impl CallLog {
    /// Creates an empty file.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(|source| refused(path, source))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Writes one JSON object per line.
    pub(crate) fn fill(mut self, calls: &[Call]) -> Result<(), Error> {
        let line = |call| serde_json::to_string(call).expect("a call is JSON") + "\n";
        let lines = calls.iter().map(line).collect::<String>();
        self.file.write_all(lines.as_bytes()).map_err(|source| refused(&self.path, source))
    }
}

fn refused(path: &Path, source: std::io::Error) -> Error {
    Error::CallLog { file: path.to_owned(), source }
}

//! A function: the program behind a name, and its configuration.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, time::Duration};

/// A function to register: what to run, and how.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name; also the access key id in its environment, so that a call log can name the caller.
    pub name: String,
    /// The program that speaks the Runtime API. It must end itself when its standard input ends.
    pub program: PathBuf,
    /// The program's arguments.
    pub args: Vec<OsString>,
    /// Its environment variables; names that Lambda reserves are overwritten.
    pub environment: BTreeMap<String, String>,
    /// How long one invocation may take before the process is killed.
    pub timeout: Duration,
    /// The memory it is told to have; nothing is limited to it.
    pub memory_mb: u32,
}

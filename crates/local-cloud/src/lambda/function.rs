//! A function's program and configuration.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, time::Duration};

/// A function to register.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, and the access key id in its environment, by which call logs name the caller.
    pub name: String,
    /// The program; it uses the Runtime API, and must exit when its standard input closes.
    pub program: PathBuf,
    /// The program's arguments.
    pub args: Vec<OsString>,
    /// Its environment variables; those that Lambda reserves are overwritten.
    pub environment: BTreeMap<String, String>,
    /// The limit of one invocation; a process that exceeds it is killed.
    pub timeout: Duration,
    /// The memory size that it reads in its environment; not enforced.
    pub memory_mb: u32,
}

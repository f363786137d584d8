//! `lilo emulator` for the tests of its clients.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running `lilo emulator` without an encoder; it ends with the test.
pub(crate) struct Emulator {
    child: Child,
    /// Where it answers.
    pub(crate) url: String,
}

impl Emulator {
    pub(crate) fn start(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lilo"))
            .args(["emulator", "--encoder", "none", "--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, url: line.split_whitespace().last().unwrap().to_owned() }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

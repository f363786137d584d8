//! The AWS CLI for many calls: it is loaded once, which takes longer than a call.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::json;

/// The AWS CLI with one environment.
#[derive(Debug)]
pub struct AwsCli {
    child: Child,
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

impl AwsCli {
    /// Loads it. `python` runs the Python that has `awscli`, with the environment of every call.
    pub fn start(mut python: Command) -> Self {
        python.arg("-c").arg(include_str!("aws.py"));
        let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let pipes = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, pipes: Mutex::new(pipes) }
    }

    /// What `aws …` wrote to its output.
    ///
    /// # Panics
    /// When it failed, with what it wrote to its errors.
    #[track_caller]
    pub fn call(&self, arguments: &[&str]) -> String {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (input, output) = &mut *pipes;
        writeln!(input, "{}", json!(arguments)).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let (code, out, err): (i32, String, String) = serde_json::from_str(&line).unwrap();
        assert_eq!(code, 0, "aws {arguments:?}: {out}{err}");
        out
    }
}

impl Drop for AwsCli {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

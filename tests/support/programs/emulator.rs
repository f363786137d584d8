//! `lilo emulator`, the emulated MediaLive.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::{Background, http, wait_until};

/// A running `lilo emulator`.
#[derive(Debug)]
pub struct Emulator {
    _program: Background,
    _folder: TempDir,
    /// Where it answers.
    pub url: String,
}

impl Emulator {
    /// Starts this `lilo` on a free port; without an encoder, unless the options name one.
    pub fn start(lilo: impl AsRef<Path>, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(lilo.as_ref());
        command.args(["emulator", "--listen", "127.0.0.1:0"]).args(options);
        if !options.contains(&"--encoder") {
            command.args(["--encoder", "none"]);
        }
        let mut program = Background::spawn(&mut command, folder.path().join("log"));
        let mut url = None;
        program.wait_until("MediaLive is emulated", |program| {
            let log = program.log();
            let mut lines = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            let line = lines.find_map(|line| line.strip_prefix("MediaLive is emulated at "));
            url = line.map(|url| url.trim().to_owned());
            url.is_some()
        });
        Self { _program: program, _folder: folder, url: url.unwrap() }
    }

    /// The state of a channel.
    pub fn channel_state(&self, id: &str) -> String {
        let channel = http::get(&format!("{}/prod/channels/{id}", self.url));
        channel["state"].as_str().unwrap().to_owned()
    }

    /// Waits until a channel is in this state. It asks five times a second, as MediaLive throttles.
    #[track_caller]
    pub fn wait_for(&self, id: &str, state: &str) {
        wait_until(&format!("channel {id} is {state}"), || {
            thread::sleep(Duration::from_millis(200));
            self.channel_state(id) == state
        });
    }

    /// Lets MediaLive go wrong (docs/fidelity.md, Faults).
    pub fn inject(&self, fault: &Value) {
        ureq::post(format!("{}/_emulator/faults", self.url)).send_json(fault).unwrap();
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&self) {
        ureq::delete(format!("{}/_emulator/faults", self.url)).call().unwrap();
    }

    /// Every call so far, in the order of the answers.
    pub fn calls(&self) -> Vec<Value> {
        let mut answer = ureq::get(format!("{}/_emulator/calls", self.url)).call().unwrap();
        let lines = answer.body_mut().read_to_string().unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

//! The programs that a test runs beside itself, and the places where it finds things.

#![expect(clippy::must_use_candidate, clippy::unwrap_used, reason = "for tests alone")]

mod aws;
mod emulator;
pub mod http;
pub mod media;
pub mod ministack;
pub mod processes;
pub mod proxy;

use std::fs::{self, File};
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

pub use aws::AwsCli;
pub use emulator::Emulator;

/// Longer than anything takes on a slow machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that ends with the test, and its log.
#[derive(Debug)]
pub struct Background {
    child: Child,
    log: PathBuf,
}

impl Background {
    /// Starts a program; it writes its output and its errors to the file `log`.
    pub fn spawn(command: &mut Command, log: PathBuf) -> Self {
        let output = File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
        Self { child: command.spawn().unwrap(), log }
    }

    /// The process id.
    pub fn id(&self) -> i32 {
        self.child.id().try_into().unwrap()
    }

    /// Everything that it has written so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until `ready`, and fails at once when the program ends before.
    #[track_caller]
    fn wait_until(&mut self, what: &str, mut ready: impl FnMut(&Self) -> bool) {
        wait_until(what, || {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended before {what}: {}", self.log());
            ready(self)
        });
    }
}

impl Drop for Background {
    /// Asks first: a program that is asked ends its own children too. After ten seconds it is
    /// killed with them: ministack would wait for custom resources that nobody answers any more.
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.id()), Signal::SIGTERM);
        let until = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > until {
                for child in processes::children_of(self.id()) {
                    processes::kill(child.id);
                }
                let _ = self.child.kill();
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A template of the project's.
pub fn infra(name: &str) -> PathBuf {
    root().join("infra").join(name)
}

/// Something in the project's Python environment.
pub fn venv(path: &str) -> PathBuf {
    let path = root().join(".venv").join(path);
    assert!(path.exists(), "{} is missing; run `make clients` first", path.display());
    path
}

/// A port that is free for UDP and TCP. It lies below those that the system gives to connections,
/// so that none of them takes it before the program that is meant to.
pub fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(20_000..32_000);
        let at = ("127.0.0.1", port);
        if UdpSocket::bind(at).is_ok() && TcpListener::bind(at).is_ok() {
            return port;
        }
    }
}

/// Waits until `done`, which `what` says in words. It looks often: some states pass quickly.
#[track_caller]
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < until, "not within {PATIENCE:?}: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

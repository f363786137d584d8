//! The two programs behind an account, `lilo emulator` and ministack; the tests of `lilo deploy` in crates/lilo use them too.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Longer than anything takes on a slow machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that ends with the test, and what it writes.
pub(crate) struct Background {
    pub(crate) child: Child,
    log: PathBuf,
}

impl Background {
    /// All that it has written to its log.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn id(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap())
    }
}

impl Drop for Background {
    /// Asks first. ministack would wait for custom resources that nobody answers any more, and leave its functions behind.
    fn drop(&mut self) {
        let _ = kill(self.id(), Signal::SIGTERM);
        let until = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > until {
                let functions = ["-KILL", "-P", &self.child.id().to_string()];
                let _ = Command::new("pkill").args(functions).status();
                let _ = self.child.kill();
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The emulated MediaLive of this `lilo`, with these options and its log in this folder, and where it answers.
pub(crate) fn medialive(lilo: &Path, folder: &Path, options: &[&str]) -> (Background, String) {
    assert!(lilo.exists(), "{} is missing; `make e2e` builds it", lilo.display());
    let log = folder.join("medialive.log");
    let mut child = Command::new(lilo)
        .args(["emulator", "--listen", "127.0.0.1:0"])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split_whitespace().last().unwrap().to_owned();
    (Background { child, log }, url)
}

/// ministack with these settings, and where it answers. It reaches no further than this machine, and keeps its files in this
/// folder.
pub(crate) fn engine(
    folder: &Path,
    medialive: &str,
    settings: &[(&str, &str)],
) -> (Background, String) {
    let python = venv("ministack/bin/python");
    assert!(python.exists(), "{} is missing; run `make clients` first", python.display());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let log = folder.join("engine.log");
    let output = File::create(&log).unwrap();
    let child = Command::new(python)
        .arg(root().join("tests/e2e/engine.py"))
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        .env("MINISTACK_HOST", "127.0.0.1")
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("TMPDIR", folder)
        .envs(settings.iter().copied())
        // What follows is for the functions, which inherit it.
        .env("AWS_ENDPOINT_URL", &url)
        .env("AWS_ENDPOINT_URL_MEDIALIVE", medialive)
        .env("LILO_LOOPBACK_REPLIES", "1")
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    let engine = Background { child, log };
    wait_until("ministack answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    (engine, url)
}

/// The project's folder, for tests of any of its packages.
pub(crate) fn root() -> PathBuf {
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.find(|folder| folder.join("infra").exists()).unwrap().to_owned()
}

/// Something in the project's Python environment.
pub(crate) fn venv(path: &str) -> PathBuf {
    root().join(".venv").join(path)
}

/// Waits until `done`, which `what` says in words.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < until, "not within {PATIENCE:?}: {what}");
        thread::sleep(Duration::from_millis(200));
    }
}

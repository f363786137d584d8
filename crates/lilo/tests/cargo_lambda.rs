//! The sample events through the real `cargo lambda watch` and `cargo lambda invoke --data-file`, as README shows it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod emulator;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use self::emulator::Emulator;

/// A program that is asked to end when the test does, and waited for: it takes its own children along.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(i32::try_from(self.0.id()).unwrap()), Signal::SIGINT);
        let _ = self.0.wait();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn cargo_lambda(arguments: &[&str], medialive: &str) -> Command {
    let program = root().join(".venv/bin/cargo-lambda");
    assert!(program.exists(), "{} is missing; run `make clients` first", program.display());
    let mut command = Command::new(program);
    // As from a shell: with what cargo tells a test, a build script that looks at it runs again, and half of the dependencies
    // are compiled anew.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_MANIFEST") {
            command.env_remove(name);
        }
    }
    command
        .arg("lambda")
        .args(arguments)
        .current_dir(root())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "local")
        .env("AWS_SECRET_ACCESS_KEY", "local")
        .env("AWS_ENDPOINT_URL_MEDIALIVE", medialive)
        .env("LILO_LOOPBACK_REPLIES", "1")
        .stdin(Stdio::null());
    command
}

/// The sample, with its ResponseURL on the emulator of this test.
fn sample(name: &str, medialive: &str) -> PathBuf {
    let text = fs::read_to_string(root().join("events").join(name)).unwrap();
    let text = text.replace("http://127.0.0.1:4580", medialive);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name.replace('/', "-"));
    fs::write(&file, text).unwrap();
    file
}

fn get(url: &str, path: &str) -> Value {
    ureq::get(format!("{url}{path}")).call().unwrap().body_mut().read_json().unwrap()
}

#[test]
fn the_samples_in_order_end_with_a_running_channel() {
    let emulator = Emulator::start(&[]);
    let medialive = &emulator.url;
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let address = ["--invoke-address", "127.0.0.1", "--invoke-port", &free];
    let watch = [&["watch", "--ignore-changes"], &address[..]].concat();
    let watch = cargo_lambda(&watch, medialive).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let _watch = Running(watch.unwrap());
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(format!("127.0.0.1:{free}")).is_err() {
        assert!(Instant::now() < until, "cargo lambda watch does not answer");
        thread::sleep(Duration::from_millis(50));
    }

    for (function, name) in [
        ("lilo-input", "input/create.json"),
        ("lilo-channel", "channel/create.json"),
        ("lilo-starter", "starter/created.json"),
    ] {
        let file = sample(name, medialive);
        let invoke = ["invoke", function, "--data-file", file.to_str().unwrap()];
        let invoked = cargo_lambda(&[&invoke[..], &address[..]].concat(), medialive).output();
        let invoked = invoked.unwrap();
        let said = String::from_utf8_lossy(&invoked.stderr);
        assert!(invoked.status.success(), "{name}: {said}");
    }

    for resource in ["input", "channel"] {
        let reply = get(medialive, &format!("/_emulator/response/{resource}-create"));
        assert_eq!(reply["Status"], "SUCCESS", "{reply}");
    }
    // The functions were compiled meanwhile, which takes its time.
    let until = Instant::now() + Duration::from_secs(60);
    while get(medialive, "/prod/channels/1000002")["state"] != "RUNNING" {
        assert!(Instant::now() < until, "the channel does not run");
        thread::sleep(Duration::from_millis(50));
    }
}

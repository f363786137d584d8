//! The sample events through the real `cargo lambda watch` and `cargo lambda invoke --data-file`,
//! as README shows it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use lilo_tests::programs::http::get;
use lilo_tests::programs::{Background, Emulator, free_port, root, venv, wait_until};

fn cargo_lambda(arguments: &[&str], medialive: &str) -> Command {
    let mut command = Command::new(venv("bin/cargo-lambda"));
    // As from a shell: with what cargo tells a test, a build script that looks at it runs again,
    // and half of the dependencies are compiled anew.
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_MANIFEST") || name.starts_with("CARGO_PKG"))
    {
        command.env_remove(name);
    }
    command
        .arg("lambda")
        .args(arguments)
        .current_dir(root())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "local")
        .env("AWS_SECRET_ACCESS_KEY", "local")
        .env("AWS_ENDPOINT_URL_MEDIALIVE", medialive)
        .env("LILO_LOOPBACK_REPLIES", "1");
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

#[test]
fn the_samples_in_order_end_with_a_running_channel() {
    let emulator = Emulator::start(env!("CARGO_BIN_EXE_lilo"), &[]);
    let medialive = &emulator.url;
    let free = free_port().to_string();
    let address = ["--invoke-address", "127.0.0.1", "--invoke-port", &free];
    let watch = [&["watch", "--ignore-changes"], &address[..]].concat();
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cargo-lambda-watch.log");
    let _watch = Background::spawn(&mut cargo_lambda(&watch, medialive), log);
    wait_until("cargo lambda watch answers", || {
        TcpStream::connect(format!("127.0.0.1:{free}")).is_ok()
    });

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
        let reply = get(&format!("{medialive}/_emulator/response/{resource}-create"));
        assert_eq!(reply["Status"], "SUCCESS", "{reply}");
    }
    emulator.wait_for("1000002", "RUNNING");
}

//! `lilo doctor` on a machine without an AWS account.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use lilo_tests::programs::free_port;
use tempfile::TempDir;

/// A machine with two ports to check, no credentials and no settings of AWS's.
struct Machine {
    home: TempDir,
    medialive: u16,
    stream: u16,
}

impl Machine {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { home, medialive: free_port(), stream: free_port() }
    }

    fn doctor(&self, variables: &[(&str, &Path)], options: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lilo"));
        command
            .args(["doctor", "--medialive-listen", &format!("127.0.0.1:{}", self.medialive)])
            .args(["--port", &self.stream.to_string()])
            .args(options)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied());
        command.output().unwrap()
    }

    /// An ffmpeg that says this, with an ffprobe beside it.
    fn ffmpeg(&self, script: &str) -> PathBuf {
        for name in ["ffmpeg", "ffprobe"] {
            let file = self.home.path().join(name);
            fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        self.home.path().join("ffmpeg")
    }
}

/// The line about a check, which has to have this verdict and these words.
#[track_caller]
fn has(output: &Output, verdict: &str, check: &str, words: &[&str]) {
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    let begin = format!("{verdict:<12} {check:<16} ");
    let line = out.lines().find(|line| line.starts_with(&begin));
    let line = line.unwrap_or_else(|| panic!("no {begin:?} in {output:#?}"));
    for word in words {
        assert!(line.contains(word), "{word:?} is not in {line:?}");
    }
}

#[test]
fn doctor_without_credentials_checks_the_machine_and_skips_aws() {
    let machine = Machine::new();

    let output = machine.doctor(&[], &[]);

    has(&output, "ok", "ffmpeg", &["libx264"]);
    has(&output, "ok", "emulator's port", &["is free"]);
    has(&output, "ok", "stream's port", &["is free"]);
    has(&output, "not checked", "account", &["no AWS credentials were found", "aws login"]);
    assert_eq!(output.status.code(), Some(0), "{output:#?}");
    assert!(output.stderr.is_empty(), "{output:#?}");
}

#[test]
fn doctor_names_taken_ports_and_the_option_for_another() {
    let machine = Machine::new();
    let _listener = TcpListener::bind(("127.0.0.1", machine.medialive)).unwrap();
    let _receiver = UdpSocket::bind(("0.0.0.0", machine.stream)).unwrap();

    let output = machine.doctor(&[], &[]);

    let port = machine.medialive.to_string();
    has(&output, "to do", "emulator's port", &[&port, "--medialive-listen"]);
    let port = machine.stream.to_string();
    has(&output, "to do", "stream's port", &[&port, "--port"]);
    has(&output, "ok", "ffmpeg", &[]);
    assert_eq!(output.status.code(), Some(1), "{output:#?}");
    let last = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        last.trim_end(),
        "lilo: something has to be done about emulator's port, stream's port\n  to do   do what the \
         lines above say"
    );
}

#[test]
fn doctor_names_an_ffmpeg_that_is_missing_or_unfit() {
    let machine = Machine::new();
    let nowhere = machine.home.path().join("none");
    let doctor = |variable: &str, value: &Path| {
        let output = machine.doctor(&[(variable, value)], &["--only", "machine"]);
        assert_eq!(output.status.code(), Some(1), "{output:#?}");
        has(&output, "ok", "stream's port", &[]);
        output
    };

    has(&doctor("PATH", &nowhere), "to do", "ffmpeg", &["cannot run ffmpeg", "apt-get install"]);
    let missing = doctor("LILO_FFMPEG", &nowhere);
    has(&missing, "to do", "ffmpeg", &["cannot run", "none", "LILO_FFMPEG"]);
    let bare = machine.ffmpeg("echo 'ffmpeg version 7.1 x'; echo 'libavformat 61. 7.100'");
    let unfit = doctor("LILO_FFMPEG", &bare);
    has(&unfit, "to do", "ffmpeg", &["lacks the H.264 encoder libx264"]);
}

#[test]
fn doctor_gives_up_a_program_that_does_not_end() {
    let machine = Machine::new();
    let silent = machine.ffmpeg("exec sleep 600");

    let output = machine.doctor(&[("LILO_FFMPEG", &silent)], &["--timeout", "0.5"]);

    has(&output, "to do", "ffmpeg", &["no answer within 500ms"]);
    has(&output, "ok", "stream's port", &[]);
}

#[test]
fn doctor_asked_for_the_account_needs_credentials() {
    let output = Machine::new().doctor(&[], &["--only", "account"]);

    has(&output, "to do", "credentials", &["no AWS credentials were found"]);
    assert_eq!(output.status.code(), Some(1), "{output:#?}");
    assert!(!String::from_utf8(output.stdout).unwrap().contains("ffmpeg"));
}

//! An AWS account of a test's own, and `lilo` in it.

use std::ops::{Deref, DerefMut};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use lilo_tests::account;
pub(crate) use lilo_tests::account::{Done, FUNCTIONS};
use lilo_tests::programs::proxy::{AnswerFault, between};
use lilo_tests::programs::venv;
pub(crate) use lilo_tests::programs::{infra, wait_until};

/// The receiver of every loop: an address that nobody has (RFC 5737).
pub(crate) const RECEIVER: &str = "203.0.113.10";
/// LILO's own bucket in ministack's account.
pub(crate) const BUCKET: &str = "lilo-000000000000-eu-west-1";
/// The tag of other people's stacks.
pub(crate) const OWNER: (&str, &str) = ("Owner", "somebody");

const LILO: &str = env!("CARGO_BIN_EXE_lilo");

pub(crate) struct Account(account::Account);

impl Deref for Account {
    type Target = account::Account;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Account {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Account {
    pub(crate) fn new() -> Self {
        Self::with("none", "false")
    }

    /// An account whose MediaLive really encodes.
    pub(crate) fn playing() -> Self {
        Self::with("ffmpeg", "false")
    }

    /// An account whose engine asks every caller for rights, except for the test itself.
    pub(crate) fn strict() -> Self {
        Self::with("none", "true")
    }

    fn with(encoder: &str, auth: &str) -> Self {
        let account = account::Account::start(LILO, encoder, &[("AUTH", auth)]);
        package(&account.file("zips"), "");
        // The start of an MP4: a box of type ftyp.
        fs::write(account.file("clip.mp4"), b"\0\0\0\x18ftypisom-and-then-some").unwrap();
        Self(account)
    }

    /// `lilo` in this account, in this test's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.0.command(LILO);
        command.args(arguments);
        command
    }

    /// `lilo` in this account, with something between it and ministack.
    pub(crate) fn command_past(
        &self,
        fault: impl FnMut(&str) -> Option<AnswerFault> + Send + 'static,
        arguments: &[&str],
    ) -> Command {
        let mut command = self.command(arguments);
        command.env("AWS_ENDPOINT_URL", between(&self.url, fault));
        command
    }

    pub(crate) fn lilo(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments).output().unwrap())
    }

    /// `lilo deploy` of the clip as a loop that waits to be started, with these options.
    pub(crate) fn deploy(&self, options: &[&str]) -> Done {
        let usual = ["deploy", "--source", "clip.mp4", "--destination", RECEIVER];
        let quiet = ["--zips", "zips", "--param", "AutoStart=false"];
        self.lilo(&[&usual[..], &quiet, options].concat())
    }

    /// Makes `lilo` act as a new user, who has no rights.
    pub(crate) fn sign_in_as_new_user(&mut self, name: &str) {
        self.aws(&["iam", "create-user", "--user-name", name]);
        let key = self.aws(&["iam", "create-access-key", "--user-name", name])["AccessKey"].clone();
        let part = |name: &str| key[name].as_str().unwrap().to_owned();
        self.key = (part("AccessKeyId"), part("SecretAccessKey"));
    }
}

/// Zips that run this very command as the functions; another `note` makes other zips.
///
/// A function that the command carries ends with its standard input, so it gets a pipe that nobody
/// closes.
pub(crate) fn package(folder: &Path, note: &str) {
    fs::create_dir_all(folder).unwrap();
    for name in FUNCTIONS {
        let script = folder.join("bootstrap");
        let text = format!(
            "#!/bin/sh\n# {note}\npipe=$(mktemp -u)\nmkfifo \"$pipe\"\nexec '{LILO}' function {name} <>\"$pipe\"\n"
        );
        fs::write(&script, text).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let zip = folder.join(format!("{name}.zip"));
        let zipped = Command::new(venv("ministack/bin/python"))
            .args(["-m", "zipfile", "--create"])
            .args([&zip, &script])
            .status();
        assert!(zipped.unwrap().success());
    }
    let architecture = if env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    fs::write(folder.join("architecture"), architecture).unwrap();
}

//! An AWS account of a test's own: ministack, the emulated MediaLive beside it, and the AWS CLI.

#![expect(clippy::must_use_candidate, clippy::unwrap_used, reason = "for tests alone")]

mod contents;
mod stacks;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::{env, fs};

use serde_json::Value;
use tempfile::TempDir;

use crate::programs::{AwsCli, Background, Emulator, ministack, venv};

/// The account's Region.
pub const REGION: &str = "eu-west-1";
/// The functions, as the template and the zips are named.
pub const FUNCTIONS: [&str; 3] = ["lilo-input", "lilo-channel", "lilo-starter"];

/// Who may do everything.
const TESTER: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];

/// One account in one Region. It ends with the test, and with it everything that ran in it.
#[derive(Debug)]
pub struct Account {
    /// ministack, which ends before the MediaLive that it calls.
    pub engine: Background,
    /// The emulated MediaLive.
    pub medialive: Emulator,
    /// Where ministack answers.
    pub url: String,
    /// Where every command runs. MediaLive reads s3ssl sources from the folders in `buckets`.
    pub folder: TempDir,
    /// The access key that commands use, and its secret.
    pub key: (String, String),
    aws: OnceLock<AwsCli>,
}

/// What a command came to.
#[derive(Debug)]
pub struct Done {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub out: String,
    /// What it said of progress and errors.
    pub err: String,
}

impl Done {
    /// What a command came to whose output is text.
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: output.status, out: text(output.stdout), err: text(output.stderr) }
    }

    /// What it printed, which has to have gone well.
    #[track_caller]
    pub fn well(self) -> String {
        assert!(self.status.success(), "{self:#?}");
        self.out
    }

    /// The last lines, with which `lilo` failed, as it has to have: what happened, why, what to do.
    #[track_caller]
    pub fn failure(self) -> String {
        assert_eq!(self.status.code(), Some(1), "{self:#?}");
        let lines: Vec<_> = self.err.lines().collect();
        let first = lines.iter().rposition(|line| line.starts_with("lilo: "));
        let text = lines[first.unwrap_or_else(|| panic!("{self:#?}"))..].join("\n");
        text.trim_start_matches("lilo: ").to_owned()
    }
}

impl Account {
    /// An account with nothing in it. `encoder` is that of this `lilo emulator`, and `settings` are
    /// ministack's.
    pub fn start(lilo: impl AsRef<Path>, encoder: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("lilo-account-").tempdir().unwrap();
        let buckets = folder.path().join("buckets");
        fs::create_dir(&buckets).unwrap();
        let buckets = buckets.to_str().unwrap();
        // Tests look at it without a signature, which would name the Region.
        let options = ["--encoder", encoder, "--s3-root", buckets, "--region", REGION];
        let medialive = Emulator::start(lilo, &options);
        // The Region is where MediaLive's events arrive.
        let settings = [settings, &[("MINISTACK_REGION", REGION)]].concat();
        let (engine, url) = ministack::start(folder.path(), &medialive.url, &settings);
        let key = ("test".to_owned(), "test".to_owned());
        Self { engine, medialive, url, folder, key, aws: OnceLock::new() }
    }

    /// A program with this account's address and credentials in its environment, and no others.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", format!("{}:{}", venv("bin").display(), env::var("PATH").unwrap()))
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ENDPOINT_URL_MEDIALIVE", &self.medialive.url)
            .env("AWS_REGION", REGION)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", &self.key.0)
            .env("AWS_SECRET_ACCESS_KEY", &self.key.1)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null());
        command
    }

    /// What `aws …` printed, which has to succeed. It may do everything.
    #[track_caller]
    pub fn aws(&self, arguments: &[&str]) -> Value {
        let aws = self.aws.get_or_init(|| {
            let mut python = self.command(venv("bin/python"));
            python.env("AWS_DEFAULT_OUTPUT", "json").envs(TESTER);
            AwsCli::start(python)
        });
        serde_json::from_str(&aws.call(arguments)).unwrap_or_default()
    }

    /// Lets MediaLive go wrong (docs/fidelity.md, Faults).
    pub fn inject(&self, fault: &Value) {
        self.medialive.inject(fault);
    }

    /// A file in the test's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a bucket, as people do.
    pub fn make_bucket(&self, name: &str, region: &str) {
        let place = format!("LocationConstraint={region}");
        let make = ["s3api", "create-bucket", "--region", region, "--bucket", name];
        self.aws(&[&make[..], &["--create-bucket-configuration", &place]].concat());
    }

    /// Puts the functions' zips from `folder` into a bucket, below `prefix`.
    pub fn upload_zips(&self, folder: &Path, bucket: &str, prefix: &str) {
        for name in FUNCTIONS {
            let (key, body) = (format!("{prefix}{name}.zip"), folder.join(format!("{name}.zip")));
            let put = ["s3api", "put-object", "--bucket", bucket, "--key", &key];
            self.aws(&[&put[..], &["--body", body.to_str().unwrap()]].concat());
        }
    }
}

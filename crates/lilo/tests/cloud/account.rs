//! An AWS account of a test's own.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::{env, fs};

use lilo_tests::programs::proxy::{AnswerFault, between};
use lilo_tests::programs::{Background, Emulator, ministack, venv};
pub(crate) use lilo_tests::programs::{infra, wait_until};
use serde_json::Value;
use tempfile::TempDir;

/// The receiver of every loop: an address that nobody has (RFC 5737).
pub(crate) const RECEIVER: &str = "203.0.113.10";
pub(crate) const REGION: &str = "eu-west-1";
/// LILO's own bucket in ministack's account.
pub(crate) const BUCKET: &str = "lilo-000000000000-eu-west-1";

/// Who may do everything.
const TESTER: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];

/// One account in one region. It ends with the test, and with it all that ran in it.
pub(crate) struct Account {
    /// Ends before what it calls.
    engine: Background,
    medialive: Emulator,
    url: String,
    pub(crate) folder: TempDir,
    /// The access key that `lilo` uses, and its secret.
    pub(crate) key: (String, String),
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn of(output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: output.status, out: text(output.stdout), err: text(output.stderr) }
    }

    /// What it printed, which has to have gone well.
    #[track_caller]
    pub(crate) fn well(self) -> String {
        assert!(self.status.success(), "{self:#?}");
        self.out
    }

    /// The one line it failed with, which it has to have.
    #[track_caller]
    pub(crate) fn failure(self) -> String {
        assert_eq!(self.status.code(), Some(1), "{self:#?}");
        let last = self.err.lines().last().unwrap_or_default();
        last.strip_prefix("lilo: ").unwrap_or_else(|| panic!("{self:#?}")).to_owned()
    }
}

impl Account {
    pub(crate) fn new() -> Self {
        Self::with("false")
    }

    /// An account whose engine asks every caller for rights, except for the test itself.
    pub(crate) fn strict() -> Self {
        Self::with("true")
    }

    fn with(auth: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("lilo-cloud-").tempdir().unwrap();
        let medialive = Emulator::start(env!("CARGO_BIN_EXE_lilo"), &[]);
        // The region is where MediaLive's events arrive.
        let settings = [("AUTH", auth), ("MINISTACK_REGION", REGION)];
        let (engine, url) = ministack::start(folder.path(), &medialive.url, &settings);
        package(&folder.path().join("zips"), "");
        // The start of an MP4: a box of type ftyp.
        fs::write(folder.path().join("clip.mp4"), b"\0\0\0\x18ftypisom-and-then-some").unwrap();
        let key = ("test".to_owned(), "test".to_owned());
        Self { engine, medialive, url, folder, key }
    }

    /// `lilo` in this account, in this test's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lilo"));
        self.surround(&mut command);
        command
            .args(arguments)
            .env("AWS_ACCESS_KEY_ID", &self.key.0)
            .env("AWS_SECRET_ACCESS_KEY", &self.key.1)
            .stdin(Stdio::null());
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

    /// What `aws …` printed, which has to succeed.
    #[track_caller]
    pub(crate) fn aws(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(venv("bin/aws"));
        self.surround(&mut command);
        let command = command.args(["--output", "json"]).args(arguments).envs(TESTER);
        let done = Done::of(command.output().unwrap());
        assert!(done.status.success(), "aws {arguments:?}: {done:#?}\n{}", self.engine.log());
        serde_json::from_str(&done.out).unwrap_or_default()
    }

    fn surround(&self, command: &mut Command) {
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap())
            .env("HOME", self.folder.path())
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ENDPOINT_URL_MEDIALIVE", &self.medialive.url)
            .env("AWS_REGION", REGION)
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_EC2_METADATA_DISABLED", "true");
    }

    /// Makes `lilo` act as a new user, who has no rights.
    pub(crate) fn sign_in_as_new_user(&mut self, name: &str) {
        self.aws(&["iam", "create-user", "--user-name", name]);
        let key = self.aws(&["iam", "create-access-key", "--user-name", name])["AccessKey"].clone();
        let part = |name: &str| key[name].as_str().unwrap().to_owned();
        self.key = (part("AccessKeyId"), part("SecretAccessKey"));
    }

    /// Every stack with its status, every bucket, and what is in it or waits for it.
    #[track_caller]
    pub(crate) fn everything(&self) -> Vec<String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cloud/everything.py");
        let mut command = Command::new(venv("bin/python"));
        self.surround(&mut command);
        let command = command.arg(script).envs(TESTER);
        let told = Done::of(command.output().unwrap()).well();
        let mut all: Vec<_> = told.lines().map(str::to_owned).collect();
        all.sort();
        all
    }

    /// Every stack with its status, and every bucket.
    #[track_caller]
    pub(crate) fn stacks_and_buckets(&self) -> Vec<String> {
        let mut all = self.everything();
        all.retain(|line| line.starts_with("stack ") || line.starts_with("bucket "));
        all
    }

    /// The stack as CloudFormation describes it.
    #[track_caller]
    pub(crate) fn stack(&self, name: &str) -> Value {
        self.aws(&["cloudformation", "describe-stacks", "--stack-name", name])["Stacks"][0].clone()
    }

    /// The value of a stack's parameter.
    #[track_caller]
    pub(crate) fn parameter(&self, stack: &str, name: &str) -> String {
        let parameters = self.stack(stack)["Parameters"].clone();
        let mut all = parameters.as_array().unwrap().iter();
        let found = all.find(|it| it["ParameterKey"] == name);
        found.unwrap_or_else(|| panic!("{parameters}"))["ParameterValue"].as_str().unwrap().into()
    }

    /// The channels and inputs that exist, by their state.
    pub(crate) fn in_medialive(&self) -> Vec<String> {
        let states = |list: &str, key: &str| {
            let all = self.aws(&["medialive", list])[key].clone();
            let states = all.as_array().unwrap().iter().map(|it| it["State"].clone());
            states.filter(|state| state != "DELETED").map(|it| it.to_string()).collect::<Vec<_>>()
        };
        [states("list-channels", "Channels"), states("list-inputs", "Inputs")].concat()
    }

    /// Lets MediaLive go wrong (docs/fidelity.md, Faults).
    pub(crate) fn inject(&self, fault: &Value) {
        self.medialive.inject(fault);
    }

    /// Makes a stack of a file, as other people do, and waits until it is `status`.
    #[track_caller]
    pub(crate) fn make_stack(
        &self,
        name: &str,
        template: &Path,
        parameters: &[&str],
        status: &str,
    ) {
        self.make_tagged_stack(name, template, parameters, "Key=Owner,Value=somebody", status);
    }

    /// Makes a stack that carries this tag.
    #[track_caller]
    pub(crate) fn make_tagged_stack(
        &self,
        name: &str,
        template: &Path,
        parameters: &[&str],
        tag: &str,
        status: &str,
    ) {
        let file = format!("file://{}", template.display());
        let create = ["cloudformation", "create-stack", "--stack-name", name, "--tags", tag];
        let of = ["--template-body", &file, "--capabilities", "CAPABILITY_IAM", "--parameters"];
        let parameters: Vec<_> = parameters
            .iter()
            .map(|it| it.split_once('=').unwrap())
            .map(|(key, value)| format!("ParameterKey={key},ParameterValue={value}"))
            .collect();
        let parameters: Vec<_> = parameters.iter().map(String::as_str).collect();
        let none = if parameters.is_empty() { &of[..4] } else { &of[..] };
        self.aws(&[&create[..], none, &parameters].concat());
        wait_until(&format!("{name} is {status}"), || self.stack(name)["StackStatus"] == status);
    }
}

/// Zips that run this very command as the functions; another `note` makes other zips.
///
/// A function that the command carries ends with its standard input, so it gets a pipe that nobody closes.
pub(crate) fn package(folder: &Path, note: &str) {
    fs::create_dir_all(folder).unwrap();
    for name in ["lilo-input", "lilo-channel", "lilo-starter"] {
        let script = folder.join("bootstrap");
        let lilo = env!("CARGO_BIN_EXE_lilo");
        let text = format!(
            "#!/bin/sh\n# {note}\npipe=$(mktemp -u)\nmkfifo \"$pipe\"\nexec '{lilo}' function {name} <>\"$pipe\"\n"
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

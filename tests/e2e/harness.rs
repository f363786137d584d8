//! An AWS account of a test's own: ministack, the emulated MediaLive, a bucket with the packaged functions, and the AWS CLI.

mod leftovers;
mod stacks;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use lilo_tests::programs::media::{make_clip, probe, stream};
use lilo_tests::programs::{Background, Emulator, ministack, processes, venv};
pub(crate) use lilo_tests::programs::{root, wait_until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The bucket that holds the functions' zips, and below which folder.
const CODE: (&str, &str) = ("lilo-code", "lilo/");
/// The bucket that holds the clip, which the emulated MediaLive reads from a folder.
const SOURCES: &str = "lilo-sources";

/// The functions, as the template and the zips are named.
pub(crate) const FUNCTIONS: [&str; 3] = ["lilo-input", "lilo-channel", "lilo-starter"];

/// Whether something plays behind RUNNING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    Played,
    Left,
}

/// One account in one region. It ends with the test, and with it all that ran in it.
pub(crate) struct Account {
    /// Ends before what it calls.
    engine: Background,
    medialive: Emulator,
    aws: String,
    folder: TempDir,
}

impl Account {
    /// An account with the zips in a bucket, and a clip in another.
    pub(crate) fn new(picture: Picture) -> Self {
        let folder = tempfile::Builder::new().prefix("lilo-e2e-").tempdir().unwrap();
        let buckets = folder.path().join("buckets");
        fs::create_dir_all(buckets.join(SOURCES)).unwrap();
        // What is decoded costs little; what is encoded is 1080p whatever it is.
        let clip = buckets.join(SOURCES).join("clip.mp4");
        make_clip("testsrc2=size=320x180:rate=25:duration=2", &clip);
        let encoder = match picture {
            Picture::Played => "ffmpeg",
            Picture::Left => "none",
        };
        let options = ["--encoder", encoder, "--s3-root", buckets.to_str().unwrap()];
        let medialive = Emulator::start(lilo(), &options);
        let (engine, aws) = ministack::start(folder.path(), &medialive.url, &[]);
        let account = Self { engine, medialive, aws, folder };
        account.aws(&["s3api", "create-bucket", "--bucket", CODE.0]);
        account.upload(&packages());
        account
    }

    /// A program with this account's address and credentials in its environment, and nobody else's.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        let path = format!("{}:{}", venv("bin").display(), env::var("PATH").unwrap());
        for (name, _) in env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command
            .current_dir(root())
            .env("PATH", path)
            .env("AWS_ENDPOINT_URL", &self.aws)
            .env("AWS_ENDPOINT_URL_MEDIALIVE", &self.medialive.url)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "person")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command
    }

    /// What `aws …` printed, which has to succeed.
    pub(crate) fn aws(&self, arguments: &[&str]) -> Value {
        let output = self.command("aws").args(["--output", "json"]).args(arguments).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "aws {arguments:?}: {said}\n{}", self.engine.log());
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// What `aws …` said when it was refused, which it has to be.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command("aws").args(arguments).output().unwrap();
        assert!(!output.status.success(), "aws {arguments:?} was not refused");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Puts these zips where the bootstrap stack looks for them.
    fn upload(&self, packages: &Path) {
        for name in FUNCTIONS {
            let (bucket, folder) = CODE;
            let (key, body) = (format!("{folder}{name}.zip"), packages.join(format!("{name}.zip")));
            let put = ["s3api", "put-object", "--bucket", bucket, "--key", &key];
            self.aws(&[&put[..], &["--body", body.to_str().unwrap()]].concat());
        }
    }

    /// Lets MediaLive go wrong (docs/fidelity.md, Faults).
    pub(crate) fn inject(&self, fault: &Value) {
        self.medialive.inject(fault);
    }

    /// The channel as MediaLive describes it.
    pub(crate) fn channel(&self, id: &str) -> Value {
        self.aws(&["medialive", "describe-channel", "--channel-id", id])
    }

    /// Waits until the channel is in this state.
    pub(crate) fn wait_for_channel(&self, id: &str, state: &str) {
        wait_until(&format!("channel {id} is {state}"), || self.channel(id)["State"] == state);
    }

    /// The operations on this channel or input that MediaLive carried out, in their order, but for the looking.
    pub(crate) fn calls(&self, id: &str) -> Vec<String> {
        let calls = self.medialive.calls().into_iter();
        calls
            .filter(|call| call["resource"] == id && call["status"].as_u64() < Some(300))
            .map(|call| call["operation"].as_str().unwrap().to_owned())
            .filter(|operation| !operation.starts_with("Describe"))
            .collect()
    }

    /// Lets the sweep pass once, as the schedule does, and waits for its end.
    pub(crate) fn sweep(&self) {
        let invoke = ["lambda", "invoke", "--function-name", "lilo-starter"];
        let event = ["--payload", "file://events/starter/sweep.json", "/dev/null"];
        let invoked = self.aws(&[&invoke[..], &event].concat());
        assert_eq!(invoked["FunctionError"], Value::Null, "{}", self.log());
    }

    /// What the functions and the engine have written.
    pub(crate) fn log(&self) -> String {
        self.engine.log()
    }

    /// A file for this test.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Kills every process of a function. Says how many there were.
    pub(crate) fn kill_functions(&self) -> usize {
        let children = processes::children_of(self.engine.id()).into_iter();
        let functions = children.filter(|it| {
            it.command.split(' ').next().is_some_and(|program| program.ends_with("/bootstrap"))
        });
        functions.map(|it| processes::kill(it.id)).count()
    }
}

/// The address of the clip.
pub(crate) fn source() -> String {
    format!("s3ssl://{SOURCES}/clip.mp4")
}

/// The folder that `tools/package.sh` filled.
pub(crate) fn packages() -> PathBuf {
    from_make("LILO_PACKAGES")
}

/// The `lilo` command.
pub(crate) fn lilo() -> PathBuf {
    from_make("LILO")
}

/// The architecture of the packaged functions.
pub(crate) fn architecture() -> String {
    fs::read_to_string(packages().join("architecture")).unwrap().trim().to_owned()
}

/// Waits for a stream at this address, which has to be LILO's.
pub(crate) fn receive(at: SocketAddr) {
    let seen = probe(&format!("rtp://{at}?localaddr={}", at.ip()));
    let video = stream(&seen, "video");
    assert_eq!(video["codec_name"], "h264");
    assert_eq!((&video["width"], &video["height"]), (&1920.into(), &1080.into()));
    assert_eq!(stream(&seen, "audio")["codec_name"], "aac");
    assert_eq!(seen["format"]["format_name"], "rtp");
}

fn from_make(variable: &str) -> PathBuf {
    let path = env::var_os(variable).map(PathBuf::from);
    path.unwrap_or_else(|| panic!("{variable} is not set; run these tests by `make e2e`"))
}

/// Nothing in MediaLive but what is deleted.
fn is_gone(resource: &Value) -> bool {
    resource["State"] == json!("DELETED")
}

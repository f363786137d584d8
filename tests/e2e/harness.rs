//! An account with the packaged functions in a bucket and a clip in another, and loops in it.

use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::{env, fs};

pub(crate) use lilo_tests::account::FUNCTIONS;
use lilo_tests::account::{self, Done};
use lilo_tests::programs::media::{make_clip, probe, stream};
use lilo_tests::programs::{free_port, infra, processes};
pub(crate) use lilo_tests::programs::{root, wait_until};
use serde_json::Value;

/// The bucket that holds the functions' zips, and below which folder.
const CODE: (&str, &str) = ("lilo-code", "lilo/");
/// The bucket that holds the clip, which the emulated MediaLive reads from a folder.
const SOURCES: &str = "lilo-sources";
/// The tag of a person's stacks.
const OWNER: (&str, &str) = ("Owner", "somebody");

/// Whether something plays behind RUNNING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    Played,
    Left,
}

pub(crate) struct Account(account::Account);

/// A loop's stack, and where its stream goes.
#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) stack: String,
    pub(crate) receiver: SocketAddr,
}

impl Deref for Account {
    type Target = account::Account;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Account {
    /// An account with the zips in a bucket, and a clip in another.
    pub(crate) fn new(picture: Picture) -> Self {
        let encoder = match picture {
            Picture::Played => "ffmpeg",
            Picture::Left => "none",
        };
        let account = Self(account::Account::start(lilo(), encoder, &[]));
        let sources = account.file("buckets").join(SOURCES);
        fs::create_dir(&sources).unwrap();
        // What is decoded costs little; what is encoded is 1080p whatever it is.
        make_clip("testsrc2=size=320x180:rate=25:duration=2", &sources.join("clip.mp4"));
        account.make_bucket(CODE.0, account::REGION);
        account.upload_zips(&packages(), CODE.0, CODE.1);
        account
    }

    /// Creates the bootstrap stack, which has to succeed.
    pub(crate) fn bootstrap(&self) -> String {
        self.bootstrap_for(&architecture())
    }

    /// The same, with functions that are declared to be for another processor than they may be.
    pub(crate) fn bootstrap_for(&self, architecture: &str) -> String {
        let parameters = [
            ("CodeBucket", CODE.0),
            ("CodePrefix", CODE.1),
            ("Architecture", architecture),
            ("SourceBuckets", SOURCES),
        ];
        let stack = self.create_stack("lilo", &infra("bootstrap.yaml"), &parameters, OWNER);
        assert_eq!(self.settle(&stack), "CREATE_COMPLETE", "{}", self.reasons(&stack));
        stack
    }

    /// Begins to create a loop that plays the clip.
    pub(crate) fn begin_loop(&self, name: &str, parameters: &[(&str, &str)]) -> Loop {
        let receiver = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let source = format!("s3ssl://{SOURCES}/clip.mp4");
        let (ip, port) = (receiver.ip().to_string(), receiver.port().to_string());
        let given =
            [("Source", source.as_str()), ("DestinationIp", &ip), ("DestinationPort", &port)];
        let parameters = [&given[..], parameters].concat();
        let stack = self.create_stack(name, &infra("loop.yaml"), &parameters, OWNER);
        Loop { stack, receiver }
    }

    /// Creates a loop that plays the clip, which has to succeed.
    pub(crate) fn make_loop(&self, name: &str) -> Loop {
        let made = self.begin_loop(name, &[]);
        let status = self.settle(&made.stack);
        assert_eq!(status, "CREATE_COMPLETE", "{}\n{}", self.reasons(&made.stack), self.log());
        made
    }

    /// Changes these parameters of a stack, and nothing else. Says what became of it.
    pub(crate) fn update(&self, stack: &str, changed: &[(&str, &str)]) -> String {
        self.update_stack(stack, None, changed)
    }

    /// What CloudFormation says when this stack is to be deleted and cannot be.
    pub(crate) fn refused_delete(&self, stack: &str) -> String {
        let mut command = self.command("aws");
        let delete = ["cloudformation", "delete-stack", "--stack-name", stack];
        let done = Done::of(command.args(delete).output().unwrap());
        assert!(!done.status.success(), "{done:#?}");
        done.err
    }

    /// The channel as MediaLive describes it.
    pub(crate) fn channel(&self, id: &str) -> Value {
        self.aws(&["medialive", "describe-channel", "--channel-id", id])
    }

    /// The operations on this channel or input that MediaLive carried out, in their order, but for
    /// the looking.
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
        let event = format!("file://{}", root().join("events/starter/sweep.json").display());
        let invoke = ["lambda", "invoke", "--function-name", "lilo-starter", "--payload", &event];
        let invoked = self.aws(&[&invoke[..], &["/dev/null"]].concat());
        assert_eq!(invoked["FunctionError"], Value::Null, "{}", self.log());
    }

    /// What the functions and the engine have written.
    pub(crate) fn log(&self) -> String {
        self.engine.log()
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

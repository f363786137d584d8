//! `lilo replay` against `lilo emulator`: one sample after the other, as a person does it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use lilo_tests::programs::{Emulator, root};
use serde_json::Value;

const LILO: &str = env!("CARGO_BIN_EXE_lilo");

/// `lilo replay` of this sample, or file, against this emulator.
fn replay(emulator: &Emulator, event: &str, options: &[&str]) -> Replayed {
    let medialive = ["--medialive", &emulator.url];
    let output = Command::new(LILO)
        .arg("replay")
        .arg(root().join("events").join(event))
        .args(if options.contains(&"--medialive") { &[] } else { &medialive[..] })
        .args(options)
        .output()
        .unwrap();
    Replayed(output)
}

struct Replayed(Output);

impl Replayed {
    fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    /// What a replay that succeeded printed.
    fn reply(&self) -> Value {
        assert_eq!(self.code(), 0, "{}", self.errors());
        serde_json::from_slice(&self.0.stdout).unwrap()
    }

    fn errors(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }
}

#[test]
fn replaying_both_creates_and_created_event_runs_a_channel() {
    // Ids that are not the samples' own: the replay puts the real ones in.
    let emulator = Emulator::start(LILO, &["--first-id", "7000001"]);

    let input = replay(&emulator, "input/create.json", &[]).reply();
    let channel = replay(&emulator, "channel/create.json", &[]).reply();
    replay(&emulator, "starter/created.json", &[]).reply();

    assert_eq!(
        (&input["Status"], &input["PhysicalResourceId"]),
        (&"SUCCESS".into(), &"7000001".into())
    );
    assert_eq!(channel["PhysicalResourceId"], "7000002");
    emulator.wait_for("7000002", "RUNNING");

    replay(&emulator, "channel/delete.json", &[]).reply();
    replay(&emulator, "input/delete.json", &[]).reply();
    assert_eq!(emulator.channel_state("7000002"), "DELETED");
}

#[test]
fn a_replay_works_in_the_region_that_is_named() {
    let emulator = Emulator::start(LILO, &["--region", "eu-west-1"]);
    let here = ["--region", "eu-west-1"];

    replay(&emulator, "input/create.json", &here).reply();
    replay(&emulator, "channel/create.json", &here).reply();
    replay(&emulator, "starter/created.json", &here).reply();

    emulator.wait_for("1000002", "RUNNING");
    let calls = emulator.calls();
    let regions: BTreeSet<_> = calls.iter().map(|call| call["region"].as_str().unwrap()).collect();
    assert_eq!(regions, ["eu-west-1"].into());
}

/// Every sample in an order that makes sense, and what a failure has to say; those about something
/// else go as they are.
const SAMPLES: [(&str, Option<&str>); 19] = [
    ("input/malformed.json", Some("Source")),
    ("input/create.json", None),
    ("input/update.json", None),
    ("channel/malformed.json", Some("VideoBitrate")),
    ("channel/create.json", None),
    ("channel/update.json", None),
    ("starter/foreign.json", None),
    ("starter/malformed-no-channel.json", Some("not a MediaLive channel state change")),
    ("starter/malformed-other-arn.json", Some("not a MediaLive channel state change")),
    ("starter/created.json", None),
    ("starter/running.json", None),
    ("starter/running-second-pipeline.json", None),
    ("starter/stopping.json", None),
    ("starter/stopping-second-pipeline.json", None),
    ("starter/stopped.json", None),
    ("starter/stopped-second-pipeline.json", None),
    ("starter/sweep.json", None),
    ("channel/delete.json", None),
    ("input/delete.json", None),
];

#[test]
fn every_sample_is_taken_as_it_should_be() {
    let emulator = Emulator::start(LILO, &[]);
    for (sample, failure) in SAMPLES {
        let as_is = sample.contains("foreign") || sample.contains("malformed-other");
        let replayed = replay(&emulator, sample, if as_is { &["--as-is"] } else { &[] });
        match failure {
            None => drop(replayed.reply()),
            Some(words) => {
                assert_eq!(replayed.code(), 1, "{sample}");
                assert!(replayed.errors().contains(words), "{sample}: {}", replayed.errors());
            }
        }
    }
    // By now the channel is.
    let deleted = "starter/deleted.json";
    replay(&emulator, deleted, &[]).reply();

    let tried: BTreeSet<_> = SAMPLES.iter().map(|(sample, _)| *sample).chain([deleted]).collect();
    let there: Vec<_> = ["channel", "input", "starter"].into_iter().flat_map(samples_in).collect();
    assert_eq!(tried, there.iter().map(String::as_str).collect());
}

fn samples_in(folder: &str) -> Vec<String> {
    let files = root().join("events").join(folder).read_dir().unwrap();
    files.map(|file| format!("{folder}/{}", file.unwrap().file_name().to_str().unwrap())).collect()
}

#[test]
fn as_it_is_a_sample_is_answered_to_the_address_it_names() {
    let emulator = Emulator::start(LILO, &[]);
    let sample = std::fs::read_to_string(root().join("events/input/create.json"));
    let sample = sample.unwrap().replace("http://127.0.0.1:4580", &emulator.url);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("as_it_is.json");
    std::fs::write(&file, sample).unwrap();

    let file = file.to_str().unwrap();
    let reply = replay(&emulator, file, &["--as-is", "--function", "lilo-input"]).reply();

    assert_eq!(reply["PhysicalResourceId"], "1000001");
    assert_eq!(reply["LogicalResourceId"], "Input", "it is the whole document that was put there");
}

/// As S3 with a signed URL.
#[test]
fn the_reply_is_shown_though_its_url_takes_put_alone() {
    let emulator = Emulator::start(LILO, &[]);
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/reply?X-Amz-Signature=secret", server.local_addr().unwrap());
    let requests = thread::spawn(move || {
        let (mut connection, _) = server.accept().unwrap();
        let mut request = vec![0; 16 * 1024];
        let count = connection.read(&mut request).unwrap();
        connection
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .unwrap();
        String::from_utf8(request[..count].to_vec()).unwrap()
    });
    let sample = std::fs::read_to_string(root().join("events/input/create.json")).unwrap();
    let mut event: Value = serde_json::from_str(&sample).unwrap();
    event["ResponseURL"] = url.into();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("put_alone.json");
    std::fs::write(&file, event.to_string()).unwrap();

    let file = file.to_str().unwrap();
    let replayed = replay(&emulator, file, &["--as-is", "--function", "lilo-input"]);

    assert!(!replayed.errors().contains("secret"), "{}", replayed.errors());
    assert_eq!(replayed.reply()["PhysicalResourceId"], "1000001");
    assert!(requests.join().unwrap().starts_with("PUT /reply?X-Amz-Signature=secret "));
}

#[test]
fn a_reply_of_failed_is_printed_and_is_the_exit_code() {
    let emulator = Emulator::start(LILO, &[]);

    // There is no input yet.
    let replayed = replay(&emulator, "channel/create.json", &[]);

    assert_eq!(replayed.code(), 1);
    let reply: Value = serde_json::from_slice(&replayed.0.stdout).unwrap();
    assert_eq!(reply["Status"], "FAILED");
    assert!(replayed.errors().contains("the function failed\n  why     "), "{}", replayed.errors());
}

#[test]
fn what_cannot_be_replayed_gets_a_clear_answer() {
    let emulator = Emulator::start(LILO, &[]);
    let cases: [(&str, &[&str], &str); 3] = [
        ("no/such.json", &[], "cannot read the event"),
        ("../infra/loop.yaml", &[], "cannot read the event"),
        ("../tests/golden/lilo-reference.json", &[], "name it with --function"),
    ];
    for (event, options, expected) in cases {
        let replayed = replay(&emulator, event, options);
        assert_eq!(replayed.code(), 1, "{event}");
        assert!(replayed.errors().contains(expected), "{}", replayed.errors());
    }
    let replayed = replay(&emulator, "input/create.json", &["--medialive", "http://127.0.0.1:9"]);
    assert_eq!(replayed.code(), 1);
    assert!(replayed.errors().contains("start `lilo emulator`"), "{}", replayed.errors());
}

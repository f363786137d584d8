//! A loop by `lilo deploy`, with the packaged functions.
//!
//! What it plays arrives nowhere: the command refuses a receiver on loopback, and a test sends to
//! no other address.

use std::process::Output;

use serde_json::{Value, json};

use crate::harness::{Account, Picture, lilo, packages};

/// The last of the objects that `lilo` printed, which has to succeed.
#[track_caller]
fn run(account: &Account, arguments: &[&str]) -> Value {
    let output = account.command(lilo()).args(arguments).args(["--output", "json"]).output();
    let Output { status, stdout, stderr } = output.unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(status.success(), "lilo {arguments:?}: {said}\n{}", account.log());
    let out = String::from_utf8(stdout).unwrap();
    out.lines().last().map(|line| serde_json::from_str(line).unwrap()).unwrap_or_default()
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn lilo_cli_deploys_updates_and_destroys_a_running_loop() {
    let account = Account::new(Picture::Left);
    let clip = account.file("buckets/lilo-sources/clip.mp4");
    let (clip, zips) = (clip.to_str().unwrap(), packages());
    let zips = ["--zips", zips.to_str().unwrap()];

    let source = ["deploy", "--source", clip, "--destination", "203.0.113.10"];
    let made = run(&account, &[&source[..], &zips].concat());
    assert_eq!(made["type"], "deployed");
    assert_eq!(made["data"]["state"], "RUNNING");
    let channel = made["data"]["channelId"].as_str().unwrap();

    let update = ["deploy", "--port", "6000", "--param", "VideoBitrate=3000000"];
    let changed = run(&account, &[&update[..], &zips].concat());
    assert_eq!(changed["data"]["channelId"], channel);
    assert_eq!(changed["data"]["state"], "RUNNING");
    assert_eq!(changed["data"]["destinations"], json!(["rtp://203.0.113.10:6000"]));
    let video = account.channel(channel)["EncoderSettings"]["VideoDescriptions"].take();
    assert_eq!(video[0]["CodecSettings"]["H264Settings"]["Bitrate"], 3_000_000);

    run(&account, &["destroy", "--all", "--yes"]);
    account.assert_nothing_is_left();
    let buckets = account.aws(&["s3api", "list-buckets"])["Buckets"].clone();
    assert_eq!(buckets.as_array().unwrap().len(), 1, "the test's own: {buckets}");
}

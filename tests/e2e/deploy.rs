//! A loop by `lilo deploy`, with the packaged functions.
//!
//! The command refuses a receiver on loopback: the stream goes to another address of this machine, if it has one.

use std::fs;
use std::net::SocketAddr;
use std::process::Output;

use serde_json::{Value, json};

use crate::harness::{Account, Picture, free_port, lilo, own_address, packages, receive};

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

/// Two ports of this machine, and whether anybody can receive there.
fn receivers() -> ([SocketAddr; 2], bool) {
    if let Some(ip) = own_address() {
        return ([free_port(ip), free_port(ip)], true);
    }
    eprintln!("this machine has no address but loopback: what lilo deploy plays is not looked at");
    ([5000, 6000].map(|port| SocketAddr::from(([203, 0, 113, 10], port))), false)
}

/// Lets the emulated MediaLive, which reads a folder, have the file that the command uploaded.
fn hand_over_the_source(account: &Account) {
    let describe = ["cloudformation", "describe-stacks", "--stack-name", "lilo-loop"];
    let parameters = account.aws(&describe)["Stacks"][0]["Parameters"].take();
    let mut parameters = parameters.as_array().unwrap().iter();
    let source = parameters.find(|it| it["ParameterKey"] == "Source").unwrap();
    let place = source["ParameterValue"].as_str().unwrap().strip_prefix("s3ssl://").unwrap();
    let file = account.file("buckets").join(place);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let (bucket, key) = place.split_once('/').unwrap();
    let get = ["s3api", "get-object", "--bucket", bucket, "--key", key, file.to_str().unwrap()];
    account.aws(&get);
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn one_command_makes_a_loop_that_plays_changes_it_and_takes_everything_away() {
    let ([first, second], can_receive) = receivers();
    let account = Account::new(if can_receive { Picture::Played } else { Picture::Left });
    let clip = account.file("buckets/lilo-sources/clip.mp4");
    let (clip, zips) = (clip.to_str().unwrap(), packages());
    let zips = ["--zips", zips.to_str().unwrap()];
    let (ip, port) = (first.ip().to_string(), first.port().to_string());

    let source = ["deploy", "--source", clip, "--destination", &ip, "--port", &port];
    let made = run(&account, &[&source[..], &zips].concat());
    assert_eq!(made["type"], "deployed");
    assert_eq!(made["data"]["state"], "RUNNING");
    let channel = made["data"]["channelId"].as_str().unwrap();
    hand_over_the_source(&account);
    if can_receive {
        receive(first);
    }

    let port = second.port().to_string();
    let update = ["deploy", "--port", &port, "--param", "VideoBitrate=3000000"];
    let changed = run(&account, &[&update[..], &zips].concat());
    assert_eq!(changed["data"]["channelId"], channel);
    assert_eq!(changed["data"]["state"], "RUNNING");
    assert_eq!(changed["data"]["destinations"], json!([format!("rtp://{second}")]));
    let video = account.channel(channel)["EncoderSettings"]["VideoDescriptions"].take();
    assert_eq!(video[0]["CodecSettings"]["H264Settings"]["Bitrate"], 3_000_000);
    if can_receive {
        receive(second);
    }
    let set = ["medialive", "list-alerts", "--channel-id", channel, "--state-filter", "SET"];
    let alerts = account.aws(&set)["Alerts"].take();
    let mut alerts = alerts.as_array().unwrap().iter();
    assert!(!alerts.any(|it| it["AlertType"] == "Video Not Detected"), "it plays the file");

    run(&account, &["destroy", "--all", "--yes"]);
    account.assert_nothing_is_left();
    let buckets = account.aws(&["s3api", "list-buckets"])["Buckets"].clone();
    assert_eq!(buckets.as_array().unwrap().len(), 1, "the test's own: {buckets}");
}

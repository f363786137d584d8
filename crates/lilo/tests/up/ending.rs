//! However it ends, nothing is left: no channel, no input, no process.

use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::running::{Ended, Lilo, assert_all_end, get};

const RUNNING: [&str; 2] = ["RUNNING", "MediaLive channel"];

/// The last rows of a clean teardown.
fn assert_torn_down(ended: &Ended) {
    assert_eq!(ended.status.code(), Some(0), "{:#?} {}", ended.lines, ended.errors);
    ended.assert_nothing_is_left();
    let last = ended.lines.last().unwrap();
    assert!(last.contains("DELETE_COMPLETE") && last.contains("lilo"), "{:#?}", ended.lines);
}

#[test]
fn ctrl_c_takes_a_running_loop_away() {
    let mut lilo = Lilo::up("ctrl_c_running", &[]);
    lilo.wait_for(&RUNNING);
    let children = lilo.children();
    assert_eq!(children.len(), 4, "three functions and ffmpeg");

    // The whole group, as a terminal does: neither functions nor ffmpeg may be hit by it.
    lilo.signal_group(Signal::SIGINT);
    let ended = lilo.ended();

    assert_torn_down(&ended);
    assert_all_end(&children);
    for (name, status) in [("Channel", "DELETE_IN_PROGRESS"), ("Channel", "DELETE_COMPLETE")]
        .into_iter()
        .chain([("Input", "DELETE_IN_PROGRESS"), ("Input", "DELETE_COMPLETE")])
    {
        let row = |line: &&String| line.contains(name) && line.contains(status);
        assert_eq!(ended.lines.iter().filter(row).count(), 1, "{name} {status}");
    }
    assert_eq!((ended.count("StartChannel"), ended.count("StopChannel")), (1, 1));
}

#[test]
fn ctrl_c_in_the_middle_of_creation_leaves_nothing() {
    for resource in ["Custom::MediaLiveInput", "Custom::MediaLiveChannel"] {
        let mut lilo = Lilo::up("ctrl_c_creating", &[]);
        lilo.wait_for(&["CREATE_IN_PROGRESS", resource]);
        let children = lilo.children();

        lilo.signal_group(Signal::SIGINT);
        let ended = lilo.ended();

        assert_torn_down(&ended);
        assert_all_end(&children);
        let rows = ended.lines.iter().filter(|line| line.contains("RUNNING"));
        assert_eq!(rows.count(), 0, "nothing plays after a person has ended it");
    }
}

#[test]
fn ctrl_c_while_the_channel_is_starting_leaves_nothing() {
    let mut lilo = Lilo::up("ctrl_c_starting", &["--output", "json"]);
    let made: Value = serde_json::from_str(&lilo.wait_for(&["made"])).unwrap();
    let medialive = made["data"]["medialive"].as_str().unwrap();
    let channel = format!("/prod/channels/{}", made["data"]["channelId"].as_str().unwrap());
    while get(medialive, &channel)["state"] != "STARTING" {
        thread::sleep(Duration::from_millis(10));
    }
    let children = lilo.children();

    lilo.signal_group(Signal::SIGINT);
    let ended = lilo.ended();

    assert_torn_down(&ended);
    assert_all_end(&children);
    assert_eq!((ended.count("StartChannel"), ended.count("StopChannel")), (1, 1));
    let played = |line: &&String| line.contains("medialive-event") && line.contains("RUNNING");
    assert_eq!(ended.lines.iter().filter(played).count(), 0, "it never got to RUNNING");
}

#[test]
fn a_terminated_session_ends_like_ctrl_c() {
    let mut lilo = Lilo::up("terminated", &[]);
    lilo.wait_for(&RUNNING);

    lilo.signal(Signal::SIGTERM);

    assert_torn_down(&lilo.ended());
}

#[test]
fn a_duration_ends_it() {
    let lilo = Lilo::up("duration", &["--duration", "0.5"]);

    assert_torn_down(&lilo.ended());
}

#[test]
fn the_second_ctrl_c_ends_it_at_once() {
    let mut lilo = Lilo::up("second_ctrl_c", &["--pace", "real"]);
    lilo.wait_for(&["The loop plays at"]);
    let children = lilo.children();

    lilo.signal(Signal::SIGINT);
    lilo.wait_for(&["DELETE_IN_PROGRESS", "Channel"]);
    // Within a moment of the first it would count as its echo.
    thread::sleep(Duration::from_millis(400));
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    assert_eq!(ended.status.code(), Some(130));
    assert!(ended.errors.contains("ended at once"), "{}", ended.errors);
    assert_all_end(&children);
}

#[test]
fn no_process_outlives_a_killed_command() {
    let mut lilo = Lilo::up("killed", &[]);
    lilo.wait_for(&RUNNING);
    let children = lilo.children();
    assert_eq!(children.len(), 4, "three functions and ffmpeg");

    lilo.signal(Signal::SIGKILL);
    lilo.ended();

    assert_all_end(&children);
}

#[test]
fn a_refused_resource_rolls_back_with_the_functions_reason() {
    let lilo = Lilo::up("refused", &["--source", "http://127.0.0.1:9/clip.mp4"]);

    let ended = lilo.ended();

    assert_eq!(ended.status.code(), Some(1));
    let reason = "\"http://127.0.0.1:9/clip.mp4\" is not encrypted; use https or s3ssl, or set \
                  AllowInsecureSource";
    assert!(ended.errors.contains(reason), "{}", ended.errors);
    assert!(ended.lines.last().unwrap().contains("ROLLBACK_COMPLETE"), "{:#?}", ended.lines);
    ended.assert_nothing_is_left();
}

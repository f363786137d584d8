//! However it ends, nothing is left: no channel, no input, no process.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use lilo_tests::programs::http::get;
use lilo_tests::programs::processes::wait_until_gone;
use lilo_tests::programs::wait_until;
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::running::{Ended, Lilo, folder};

const RUNNING: [&str; 2] = ["RUNNING", "MediaLive channel"];

/// The last rows of a clean teardown.
fn assert_torn_down(ended: &Ended) {
    assert_eq!(ended.status.code(), Some(0), "{:#?} {}", ended.lines, ended.errors);
    ended.assert_nothing_is_left((1, 1));
    let last = ended.lines.last().unwrap();
    assert!(last.contains("DELETE_COMPLETE") && last.contains("lilo"), "{:#?}", ended.lines);
}

#[test]
fn ctrl_c_takes_a_running_loop_away() {
    let mut lilo = Lilo::up("ctrl_c_running", &[]);
    lilo.wait_for(&RUNNING);
    assert_eq!(lilo.children().len(), 6, "three functions and three of ffmpeg");

    // The whole group, as a terminal does: neither functions nor ffmpeg may be hit by it.
    lilo.signal_group(Signal::SIGINT);
    let ended = lilo.ended();

    assert_torn_down(&ended);
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
    for (resource, made, functions) in
        [("Custom::MediaLiveInput", (1, 0), 1), ("Custom::MediaLiveChannel", (1, 1), 2)]
    {
        let mut lilo = Lilo::up("ctrl_c_creating", &[]);
        lilo.wait_for(&["CREATE_IN_PROGRESS", resource]);

        lilo.signal_group(Signal::SIGINT);
        let ended = lilo.ended();

        assert_eq!(ended.status.code(), Some(0), "{}", ended.errors);
        assert!(ended.errors.contains("taking it away"), "{}", ended.errors);
        ended.assert_nothing_is_left(made);
        assert!(ended.children.len() >= functions, "{:?}", ended.children);
        let rows = ended.lines.iter().filter(|line| line.contains("RUNNING"));
        assert_eq!(rows.count(), 0, "nothing plays after a person has ended it");
    }
}

#[test]
fn ctrl_c_while_the_channel_is_starting_leaves_nothing() {
    let mut lilo = Lilo::up("ctrl_c_starting", &["--output", "json"]);
    let made: Value = serde_json::from_str(&lilo.wait_for(&["made"])).unwrap();
    let medialive = made["data"]["medialive"].as_str().unwrap();
    let channel = made["data"]["channelId"].as_str().unwrap();
    let channel = format!("{medialive}/prod/channels/{channel}");
    // It is starting for a second; asked more than 20 times a second, MediaLive throttles.
    wait_until("the channel is starting", || {
        thread::sleep(Duration::from_millis(100));
        get(&channel)["state"] == "STARTING"
    });

    lilo.signal_group(Signal::SIGINT);
    let ended = lilo.ended();

    assert_torn_down(&ended);
    assert_eq!((ended.count("StartChannel"), ended.count("StopChannel")), (1, 1));
    let played = |line: &&String| line.contains("medialive-event") && line.contains("RUNNING");
    assert_eq!(ended.lines.iter().filter(played).count(), 0, "it never got to RUNNING");
}

/// A command that is in the middle of making its test clip in this folder.
fn making_the_clip(name: &str, cache: &Path) -> Lilo {
    let mut lilo = Lilo::with_cache(name, &[], cache);
    let part = cache.join("lilo/test-clip.part.mp4");
    wait_until("the clip is being made", || part.exists());
    assert_eq!(lilo.children().len(), 2, "ffmpeg, twice");
    lilo
}

#[test]
fn kill_during_test_clip_leaves_no_process_or_partial_clip() {
    let cache = folder("killed_clip_cache");
    let lilo = making_the_clip("killed_clip", &cache);

    lilo.signal(Signal::SIGKILL);
    wait_until_gone(&lilo.ended().children);
    let next = Lilo::with_cache("after_killed_clip", &["--duration", "0.1"], &cache).ended();

    assert_torn_down(&next);
    let files = cache.join("lilo").read_dir().unwrap().map(|file| file.unwrap().file_name());
    assert_eq!(files.collect::<Vec<_>>(), ["test-clip-2.mp4"]);
}

#[test]
fn ctrl_c_while_the_test_clip_is_made_leaves_nothing() {
    let cache = folder("ctrl_c_clip_cache");
    let lilo = making_the_clip("ctrl_c_clip", &cache);

    lilo.signal_group(Signal::SIGINT);
    let ended = lilo.ended();

    assert_eq!(ended.status.code(), Some(0), "{}", ended.errors);
    assert_eq!(ended.lines, [""; 0]);
    ended.assert_nothing_is_left((0, 0));
    assert_eq!(cache.join("lilo").read_dir().unwrap().count(), 0);
}

#[test]
fn ctrl_c_after_a_function_crashed_waits_for_no_delay() {
    let mut lilo = Lilo::up("ctrl_c_crashed", &[]);
    lilo.wait_for(&["CREATE_IN_PROGRESS", "Custom::MediaLiveChannel"]);
    lilo.kill_process_of("lilo-channel");

    let wished = Instant::now();
    lilo.signal_group(Signal::SIGINT);
    let ended = lilo.ended();

    assert!(wished.elapsed() < Duration::from_secs(30), "{}", ended.errors);
    assert!(ended.errors.contains("attempt 1 of 3 failed"), "{}", ended.errors);
    assert_torn_down(&ended);
}

#[test]
fn who_closes_the_pipe_ends_it_like_ctrl_c() {
    let mut lilo = Lilo::up("pipe", &[]);
    lilo.wait_for(&["CREATE_COMPLETE", "Custom::MediaLiveInput"]);

    lilo.stop_reading();
    let ended = lilo.ended();

    assert_eq!(ended.status.code(), Some(0), "{}", ended.errors);
    assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
    ended.assert_nothing_is_left((1, 1));
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
    assert_eq!(lilo.children().len(), 3, "the functions");

    lilo.signal(Signal::SIGINT);
    lilo.wait_for(&["DELETE_IN_PROGRESS", "Channel"]);
    // Only time tells a second wish from the echo of the first (300 ms), so nothing can be waited
    // for instead.
    thread::sleep(Duration::from_millis(400));
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    assert_eq!(ended.status.code(), Some(130));
    assert!(ended.errors.contains("ended at once"), "{}", ended.errors);
    wait_until_gone(&ended.children);
}

#[test]
fn no_process_outlives_a_killed_command() {
    let mut lilo = Lilo::up("killed", &[]);
    lilo.wait_for(&RUNNING);
    assert_eq!(lilo.children().len(), 6, "three functions and three of ffmpeg");

    lilo.signal(Signal::SIGKILL);
    let ended = lilo.ended();

    wait_until_gone(&ended.children);
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
    ended.assert_nothing_is_left((0, 0));
}

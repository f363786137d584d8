//! An update of a running loop, by replaying its sample event.

use std::fs;
use std::process::Command;

use lilo_tests::programs::http::get;
use lilo_tests::programs::root;
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::running::Lilo;

#[test]
fn replayed_update_changes_and_restarts_a_running_loop() {
    let mut lilo = Lilo::up("update", &["--output", "json"]);
    let made: Value = serde_json::from_str(&lilo.wait_for(&["made"])).unwrap();
    let medialive = made["data"]["medialive"].as_str().unwrap();
    lilo.wait_for(&["medialive-event", "RUNNING"]);
    // The sample sends to the default port.
    let sample = fs::read_to_string(root().join("events/channel/update.json")).unwrap();
    let sample = sample.replace(":5000", &format!(":{}", lilo.port));
    let event = lilo.folder.join("update.json");
    fs::write(&event, sample).unwrap();

    let replayed = Command::new(env!("CARGO_BIN_EXE_lilo"))
        .args(["replay", "--function", "lilo-channel", "--medialive", medialive])
        .arg(event)
        .output()
        .unwrap();
    assert!(replayed.status.success(), "{}", String::from_utf8_lossy(&replayed.stderr));
    lilo.wait_for(&["medialive-event", "STOPPED"]);
    lilo.wait_for(&["medialive-event", "RUNNING"]);
    let channel = made["data"]["channelId"].as_str().unwrap();
    let channel = get(&format!("{medialive}/prod/channels/{channel}"));
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    let video = &channel["encoderSettings"]["videoDescriptions"][0];
    assert_eq!(video["codecSettings"]["h264Settings"]["bitrate"], 5_000_000);
    assert_eq!((ended.count("UpdateChannel"), ended.count("StartChannel")), (1, 2));
    ended.assert_nothing_is_left((1, 1));
}

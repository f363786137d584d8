//! What a receiver of the stream sees, with default settings.

use std::process::Command;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::running::Lilo;

#[test]
fn ffprobe_sees_what_the_settings_say() {
    let mut lilo = Lilo::up("picture", &["--output", "json"]);
    lilo.wait_for(&["medialive-event", "RUNNING"]);

    let url = format!("rtp://127.0.0.1:{}", lilo.port);
    let probe = Command::new("ffprobe")
        .args(["-v", "quiet", "-of", "json", "-show_streams", "-show_format", &url])
        .output()
        .unwrap();
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    let seen: Value = serde_json::from_slice(&probe.stdout).unwrap();
    let of_type = |kind| {
        let mut streams = seen["streams"].as_array().unwrap().iter();
        streams.find(|stream| stream["codec_type"] == kind).unwrap()
    };
    let (video, audio) = (of_type("video"), of_type("audio"));
    assert_eq!(seen["streams"].as_array().unwrap().len(), 2);
    for (stream, field, value) in [
        (video, "codec_name", "h264"),
        (video, "profile", "Main"),
        (video, "r_frame_rate", "25/1"),
        (video, "field_order", "progressive"),
        (video, "color_primaries", "bt709"),
        (audio, "codec_name", "aac"),
        (audio, "profile", "LC"),
        (audio, "sample_rate", "48000"),
        (audio, "channel_layout", "stereo"),
    ] {
        assert_eq!(stream[field], value, "{field}");
    }
    assert_eq!((&video["width"], &video["height"]), (&1920.into(), &1080.into()));
    assert_eq!(audio["tags"]["language"], "fra");
    assert_eq!(seen["format"]["format_name"], "rtp");

    // Every line on standard output is one JSON object of a known kind.
    for line in &ended.lines {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["type"].as_str().unwrap();
        assert!(["stack-event", "medialive-event", "made"].contains(&kind), "{line}");
    }
    assert_eq!(ended.status.code(), Some(0));
    ended.assert_nothing_is_left((1, 1));
}

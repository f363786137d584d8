//! What a receiver of the stream sees, with default settings.

use std::fs;

use lilo_tests::programs::media::{make_clip, probe, stream};
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::running::{Lilo, folder};

#[test]
fn ffprobe_sees_what_the_settings_say() {
    let mut lilo = Lilo::up("picture", &["--output", "json"]);
    lilo.wait_for(&["medialive-event", "RUNNING"]);

    let seen = probe(&format!("rtp://127.0.0.1:{}", lilo.port));
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    let (video, audio) = (stream(&seen, "video"), stream(&seen, "audio"));
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

#[test]
fn clip_from_the_local_s3_root_plays_with_the_given_settings() {
    let root = folder("buckets");
    fs::create_dir(root.join("bucket")).unwrap();
    make_clip("testsrc2=size=640x360:rate=30:duration=2", &root.join("bucket/a clip.mp4"));
    let options = [
        "--source",
        "s3ssl://bucket/a%20clip.mp4",
        "--s3-root",
        root.to_str().unwrap(),
        "--param",
        "DestinationProtocol=udp",
        "--param",
        "AudioLanguage=deu",
        "--param",
        "RateControl=QVBR",
        "--param",
        "VideoBitrate=3000000",
    ];
    let mut lilo = Lilo::up("buckets_run", &options);
    lilo.wait_for(&["RUNNING", "MediaLive channel"]);

    let seen = probe(&format!("udp://127.0.0.1:{}", lilo.port));
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    assert_eq!(stream(&seen, "video")["r_frame_rate"], "25/1");
    assert_eq!(stream(&seen, "audio")["tags"]["language"], "deu");
    assert_eq!(seen["format"]["format_name"], "mpegts");
    assert_eq!(ended.status.code(), Some(0));
    assert!(!ended.errors.contains("WARN"), "{}", ended.errors);
}

#[test]
fn uhd_clip_runs_and_is_scaled_to_the_output_settings() {
    let clip = folder("4k").join("clip.mp4");
    make_clip("testsrc2=size=3840x2160:rate=25:duration=2", &clip);
    let options = ["--source", clip.to_str().unwrap(), "--param", "InputResolution=UHD"];
    let mut lilo = Lilo::up("4k_run", &options);
    lilo.wait_for(&["RUNNING", "MediaLive channel"]);

    let seen = probe(&format!("rtp://127.0.0.1:{}", lilo.port));
    lilo.signal(Signal::SIGINT);

    let video = stream(&seen, "video");
    assert_eq!((&video["width"], &video["height"]), (&1920.into(), &1080.into()));
    assert_eq!(video["r_frame_rate"], "25/1");
    assert_eq!(lilo.ended().status.code(), Some(0));
}

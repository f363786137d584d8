//! Clips, and what a receiver sees of a stream.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Makes an MP4 with this picture, a source of lavfi's, and two seconds of sound.
pub fn make_clip(picture: &str, path: &Path) {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", picture])
        .args(["-f", "lavfi", "-i", "sine=duration=2", "-c:v", "libx264", "-preset", "ultrafast"])
        .args(["-c:a", "aac", "-pix_fmt", "yuv420p"])
        .arg(path)
        .status();
    assert!(made.unwrap().success(), "ffmpeg made no clip");
}

/// What ffprobe sees at this URL, which it waits for.
pub fn probe(url: &str) -> Value {
    let probe = Command::new("ffprobe")
        .args(["-v", "quiet", "-of", "json", "-show_streams", "-show_format", url])
        .output();
    serde_json::from_slice(&probe.unwrap().stdout).unwrap()
}

/// The first stream of a kind in what [`probe`] saw.
pub fn stream<'a>(seen: &'a Value, kind: &str) -> &'a Value {
    let mut streams = seen["streams"].as_array().unwrap().iter();
    streams.find(|stream| stream["codec_type"] == kind).unwrap()
}

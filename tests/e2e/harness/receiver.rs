//! Both ends of a loop: the clip it plays, and who receives the stream.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A small clip: what is decoded costs little, what is encoded is 1080p whatever it is.
pub(super) fn make_clip(path: &Path) {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2"])
        .args(["-f", "lavfi", "-i", "sine=duration=2", "-c:v", "libx264", "-preset", "ultrafast"])
        .args(["-c:a", "aac", "-pix_fmt", "yuv420p"])
        .arg(path)
        .status();
    assert!(made.unwrap().success(), "ffmpeg made no clip");
}

/// Waits for a stream at this address, which has to be LILO's.
pub(crate) fn receive(at: SocketAddr) {
    let probe = Command::new("ffprobe")
        .args(["-v", "quiet", "-of", "json", "-show_streams", "-show_format"])
        .arg(format!("rtp://{at}?localaddr={}", at.ip()))
        .output();
    let seen: Value = serde_json::from_slice(&probe.unwrap().stdout).unwrap();
    let streams = seen["streams"].as_array().unwrap();
    let stream = |kind: &str| streams.iter().find(|it| it["codec_type"] == kind).unwrap();
    let (video, audio) = (stream("video"), stream("audio"));
    assert_eq!(video["codec_name"], "h264");
    assert_eq!((&video["width"], &video["height"]), (&1920.into(), &1080.into()));
    assert_eq!(audio["codec_name"], "aac");
    assert_eq!(seen["format"]["format_name"], "rtp");
}

/// An address of this machine's own to receive at.
pub(super) fn free_address() -> SocketAddr {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

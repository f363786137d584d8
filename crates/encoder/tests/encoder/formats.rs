//! Any clip: each value of each property at least once, not each with each. All of them go the
//! whole way, from an input over HTTP to what arrives at the destination; a clip in 4K does so in
//! the tests of `lilo up`.

use std::time::Duration;

use serde_json::json;

use crate::clip::Clip;
use crate::emulator::Plane;
use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{tools, transport};

const H264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac";
const H264_INTERLACED: &str =
    "-c:v libx264 -preset ultrafast -flags +ilme+ildct -pix_fmt yuv420p -c:a aac";
const H265: &str =
    "-c:v libx265 -x265-params log-level=none -preset ultrafast -pix_fmt yuv420p -c:a aac";
const MPEG2: &str = "-c:v mpeg2video -b:v 4M -pix_fmt yuv420p -c:a aac";
const MPEG2_INTERLACED: &str =
    "-c:v mpeg2video -b:v 4M -flags +ilme+ildct -pix_fmt yuv420p -c:a aac";

/// LILO's own.
const FULL: Output = ((1920, 1080), (25, 1));

/// The size and the rate of what comes out.
type Output = ((u32, u32), (u32, u32));
/// Clip, its size and rate, its coding, whether it has sound; what the channel makes of it.
type Row = (&'static str, &'static str, &'static str, &'static str, bool, Output);

const TABLE: [Row; 8] = [
    ("24.mp4", "320x180", "24", H264, true, FULL),
    ("25.mp4", "320x180", "25", H265, false, FULL),
    ("29.97.mp4", "320x180", "30000/1001", MPEG2, true, ((640, 360), (30_000, 1_001))),
    ("50.mp4", "320x180", "50", H265, true, ((640, 360), (50, 1))),
    ("60.mp4", "320x180", "60", H264, false, ((640, 360), (60, 1))),
    ("interlaced-mpeg2.mp4", "720x576", "25", MPEG2_INTERLACED, false, FULL),
    ("interlaced-h264.mp4", "720x576", "25", H264_INTERLACED, true, FULL),
    ("portrait.mp4", "180x320", "30", H264, true, FULL),
];

#[tokio::test]
async fn every_clip_format_is_converted_to_the_channel_settings() {
    let (origin, plane) = (Origin::serve().await, Plane::serve().await);
    for row in TABLE {
        assert_comes_out(&origin, &plane, row).await;
    }
}

async fn assert_comes_out(
    origin: &Origin,
    plane: &Plane,
    (name, size, rate, codec, has_sound, output): Row,
) {
    let ((width, height), (numerator, denominator)) = output;
    let audio_seconds = has_sound.then_some(1.2);
    Clip { name, rate, size, codec, video_seconds: 1.2, audio_seconds }.make().await;
    let recorder = Recorder::listen().await;
    let change = |video: &mut serde_json::Value| {
        (video["width"], video["height"]) = (json!(width), json!(height));
        let h264 = &mut video["codecSettings"]["h264Settings"];
        h264["framerateNumerator"] = json!(numerator);
        h264["framerateDenominator"] = json!(denominator);
    };
    let channel = plane.channel(&origin.url(name), recorder.address(), change).await;

    let time = Duration::from_millis(1_500);
    let (recording, ()) = tokio::join!(recorder.record(time), plane.run(&channel));
    let shown = plane.get(&channel).await;
    let alerts = plane.get(&format!("{channel}/alerts")).await.to_string();
    plane.stop(&channel).await;

    assert_eq!(shown["state"], "RUNNING", "{name}");
    assert!(!alerts.contains("Video Not Detected"), "{name}: {alerts}");
    transport::assert_counters_run_on(&recording);
    let seconds = recording.times().0.as_secs_f64();
    let path = recording.write(&name.replace("mp4", "ts")).await;
    transport::assert_decodes(&path, seconds).await;
    let entries = "stream=codec_name,width,height,r_frame_rate,field_order,sample_rate";
    let found = ["-show_entries", entries, "-of", "default=nk=1:nw=1", path.to_str().unwrap()];
    let found = tools::ffprobe(found).await;
    let found: Vec<_> = found.split_whitespace().collect();
    let (width, height) = (width.to_string(), height.to_string());
    let rate = format!("{numerator}/{denominator}");
    let expected = ["h264", &width, &height, "progressive", &rate, "aac", "48000", "0/0"];
    assert_eq!(found[..8], expected, "{name}");
    let greys = transport::greys(&path, seconds).await;
    assert!(greys.iter().any(|grey| *grey > 30), "{name} shows something: {greys:?}");
}

//! Any clip: each value of each property at least once, not each with each.

use std::time::Duration;

use lilo_medialive_emulator::encoder::{Job, Video, start};

use crate::clip::Clip;
use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{small_job, tools, transport};

const H264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac";
const H265: &str =
    "-c:v libx265 -x265-params log-level=none -preset ultrafast -pix_fmt yuv420p -c:a aac";
const MPEG2: &str = "-c:v mpeg2video -b:v 4M -pix_fmt yuv420p -c:a aac";
const MPEG2_INTERLACED: &str =
    "-c:v mpeg2video -b:v 4M -flags +ilme+ildct -pix_fmt yuv420p -c:a aac";

/// Clip, its size and rate, its coding, whether it has sound; the rate that the job asks for.
type Row = (&'static str, &'static str, &'static str, &'static str, bool, (u32, u32));

const TABLE: [Row; 8] = [
    ("matrix-24.mp4", "320x180", "24", H264, true, (24, 1)),
    ("matrix-25.mp4", "320x180", "25", H265, false, (25, 1)),
    ("matrix-29.97.mp4", "320x180", "30000/1001", MPEG2, true, (30_000, 1_001)),
    ("matrix-50.mp4", "320x180", "50", H265, true, (50, 1)),
    ("matrix-60.mp4", "320x180", "60", H264, false, (60, 1)),
    ("matrix-interlaced.mp4", "720x576", "25", MPEG2_INTERLACED, false, (25, 1)),
    ("matrix-portrait.mp4", "180x320", "60", H264, true, (30, 1)),
    ("matrix-4k.mp4", "3840x2160", "25", H265, true, (25, 1)),
];

#[tokio::test]
async fn every_clip_of_the_table_becomes_the_job() {
    let origin = Origin::serve().await;
    for row in TABLE {
        assert_becomes_the_job(&origin, row).await;
    }
}

async fn assert_becomes_the_job(
    origin: &Origin,
    (name, size, rate, codec, has_sound, frame_rate): Row,
) {
    let audio_seconds = has_sound.then_some(1.2);
    Clip { name, rate, size, codec, video_seconds: 1.2, audio_seconds }.make().await;
    let recorder = Recorder::listen().await;
    let job = small_job(origin.url(name), recorder.address());
    let job = Job { video: Video { frame_rate, ..job.video }, ..job };
    let pipeline = start(job).unwrap();
    let recording = recorder.record(Duration::from_secs(2)).await;
    pipeline.stop().await;

    transport::assert_counters_run_on(&recording);
    let seconds = recording.times().0.as_secs_f64();
    let path = recording.write(&name.replace("mp4", "ts")).await;
    transport::assert_decodes(&path, seconds).await;
    let entries = "stream=codec_name,width,height,r_frame_rate,sample_rate";
    let found = ["-show_entries", entries, "-of", "default=nk=1:nw=1", path.to_str().unwrap()];
    let found = tools::ffprobe(found).await;
    let found: Vec<_> = found.split_whitespace().collect();
    let (numerator, denominator) = frame_rate;
    let rate = format!("{numerator}/{denominator}");
    assert_eq!(found[..7], ["h264", "320", "180", &rate, "aac", "48000", "0/0"], "{name}");
    let greys = transport::greys(&path, seconds).await;
    assert!(greys.iter().any(|grey| *grey > 30), "{name} shows something: {greys:?}");
}

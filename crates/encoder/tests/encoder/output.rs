//! What comes out, whatever goes in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lilo_encoder::{Job, RateControl, Video, start};
use serde_json::{Value, json};

use crate::clip::Clip;
use crate::origin::Origin;
use crate::recording::{Recorder, Recording};
use crate::{small_job, tools, transport};

/// Plays a clip for a while, and checks what holds for all of them.
async fn play(
    clip: Clip,
    seconds: u64,
    job: impl FnOnce(String, std::net::SocketAddr) -> Job,
) -> (Recording, PathBuf) {
    clip.make().await;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;
    let pipeline = start(job(origin.url(clip.name), recorder.address())).unwrap();
    let recording = recorder.record(Duration::from_secs(seconds)).await;
    pipeline.stop().await;

    let path = recording.write(&clip.name.replace("mp4", "ts")).await;
    transport::assert_clock_is_rtp_time(&recording);
    transport::assert_decodes(&path, recording.times().0.as_secs_f64()).await;
    (recording, path)
}

async fn streams(path: &Path) -> Value {
    let path = path.to_str().unwrap();
    let answer = tools::ffprobe(["-show_streams", "-of", "json", path]).await;
    serde_json::from_str::<Value>(&answer).unwrap()["streams"].take()
}

fn assert_has(stream: &Value, expected: &Value) {
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&stream[key], value, "{key}");
    }
}

async fn assert_is_the_small_job(path: &Path) {
    let streams = streams(path).await;
    let video = json!({
        "codec_name": "h264", "profile": "Main", "width": 320, "height": 180,
        "sample_aspect_ratio": "1:1", "r_frame_rate": "25/1", "pix_fmt": "yuv420p",
        "field_order": "progressive", "color_range": "tv", "color_space": "bt709",
        "color_transfer": "bt709", "color_primaries": "bt709",
    });
    assert_has(&streams[0], &video);
    let audio = json!({
        "codec_name": "aac", "profile": "LC", "sample_rate": "48000", "channels": 2,
    });
    assert_has(&streams[1], &audio);
    assert_eq!(streams[1]["tags"]["language"], "fra");
}

/// The mean grey of a part of the first picture.
async fn grey(path: &Path, part: &str) -> u8 {
    let path = path.to_str().unwrap();
    let filter = format!("crop={part},scale=1:1:flags=area,format=gray");
    let shot = ["-i", path, "-frames:v", "1", "-vf", &filter, "-f", "rawvideo", "-"];
    tools::ffmpeg(shot).await[0]
}

#[tokio::test]
async fn four_by_three_film_without_audio_gets_side_bars_and_silence() {
    let clip = Clip {
        name: "film.mp4",
        rate: "24000/1001",
        size: "240x180",
        audio_seconds: None,
        codec: "-c:v libx265 -x265-params log-level=none -preset ultrafast -pix_fmt yuv420p10le",
        ..Clip::PLAIN
    };
    let (recording, path) = play(clip, 3, small_job).await;
    recording.assert_is_unbroken_rtp();
    assert_is_the_small_job(&path).await;
    assert!(grey(&path, "30:180:0:0").await < 20 && grey(&path, "30:180:290:0").await < 20);
    assert!(grey(&path, "220:180:50:0").await > 100);
}

#[tokio::test]
async fn interlaced_mpeg_2_in_anamorphic_pixels_fills_the_frame() {
    let clip = Clip {
        name: "broadcast.mp4",
        size: "720x576",
        codec: "-vf setsar=64/45 -c:v mpeg2video -b:v 4M -flags +ilme+ildct -pix_fmt yuv420p -c:a aac",
        ..Clip::PLAIN
    };
    let (recording, path) = play(clip, 3, small_job).await;
    recording.assert_is_unbroken_rtp();
    assert_is_the_small_job(&path).await;
    for corner in ["10:10:0:0", "10:10:310:170"] {
        assert!(grey(&path, corner).await > 100, "{corner}");
    }
}

#[tokio::test]
async fn portrait_60_fps_surround_clip_is_converted_to_the_job_format() {
    let clip = Clip {
        name: "phone.mp4",
        rate: "60",
        size: "180x320",
        codec: "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ac 6 -ar 44100",
        ..Clip::PLAIN
    };
    let (recording, path) = play(clip, 3, small_job).await;
    recording.assert_is_unbroken_rtp();
    assert_is_the_small_job(&path).await;
    assert!(grey(&path, "100:180:0:0").await < 20 && grey(&path, "90:180:115:0").await > 100);
}

#[tokio::test]
async fn qvbr_stays_in_the_same_constant_stream() {
    let qvbr = |source, address| {
        let job = small_job(source, address);
        Job {
            video: Video {
                rate_control: RateControl::Qvbr { quality: 8 },
                cabac: true,
                ..job.video
            },
            ..job
        }
    };
    let clip = Clip { name: "qvbr.mp4", ..Clip::PLAIN };
    let (recording, path) = play(clip, 3, qvbr).await;
    recording.assert_is_unbroken_rtp();
    assert_is_the_small_job(&path).await;
    assert_eq!(headers(&path, "entropy_coding_mode_flag").await, ["1"]);
}

/// On a busy machine it may arrive late: its full size is about what two cores can do beside other
/// tests.
#[tokio::test]
async fn the_default_job_is_lilos_channel() {
    let clip = Clip { name: "default.mp4", ..Clip::PLAIN };
    let (_, path) = play(clip, 5, Job::sample).await;

    let streams = streams(&path).await;
    let video = json!({
        "profile": "Main", "width": 1920, "height": 1080, "r_frame_rate": "25/1",
        "has_b_frames": 1, "refs": 1,
    });
    assert_has(&streams[0], &video);
    for (flag, expected) in [
        ("entropy_coding_mode_flag", "0"),
        ("nal_hrd_parameters_present_flag", "1"),
        ("cbr_flag[0]", "1"),
    ] {
        assert_eq!(headers(&path, flag).await, [expected], "{flag}");
    }

    let pictures = &transport::times(&path).await[&0];
    assert!(pictures.keyframes.len() >= 2);
    assert!(pictures.keyframes.windows(2).all(|pair| pair[1] - pair[0] <= 50));
    let rate = elementary_rate(&path).await;
    assert!((9_900_000..=10_100_000).contains(&rate), "{rate} bits per second");
}

/// The different values that a field of the H.264 parameter sets takes.
async fn headers(path: &Path, field: &str) -> Vec<String> {
    let mut command = tokio::process::Command::new("ffmpeg");
    command.args(["-v", "info", "-nostdin", "-i"]).arg(path);
    command.args([
        "-map",
        "0:v",
        "-c",
        "copy",
        "-bsf:v",
        "filter_units=pass_types=7-8,trace_headers",
        "-f",
        "null",
        "-",
    ]);
    let printed = String::from_utf8(command.output().await.unwrap().stderr).unwrap();
    let fields = printed.lines().filter(|line| line.split_whitespace().any(|it| it == field));
    let mut values: Vec<_> =
        fields.filter_map(|line| Some(line.rsplit_once("= ")?.1.to_owned())).collect();
    values.sort();
    values.dedup();
    values
}

/// Bits per second of the picture alone, over whole seconds of it.
async fn elementary_rate(path: &Path) -> usize {
    let sizes = ["-select_streams", "v", "-show_entries", "packet=size", "-of", "csv=p=0"];
    let sizes = tools::ffprobe(sizes.into_iter().chain([path.to_str().unwrap()])).await;
    let sizes = sizes.lines().filter_map(|line| line.trim_end_matches(',').parse::<usize>().ok());
    let sizes: Vec<_> = sizes.collect();
    sizes[25..100].iter().sum::<usize>() * 8 / 3
}

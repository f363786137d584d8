//! Settings of a channel that are seen or heard in its stream.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lilo_encoder::{Audio, InputLoss, Job, Program, SourceEnd, Track, Video, start};
use serde_json::Value;

use crate::clip::Clip;
use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{small_job, tools, transport};

/// What is sent in a while: the stream and how long it is.
async fn sent(name: &str, seconds: u64, change: impl FnOnce(Job) -> Job) -> (PathBuf, f64) {
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;
    let job = change(small_job(origin.url(name), recorder.address()));
    let pipeline = start(job).unwrap();
    let recording = recorder.record(Duration::from_secs(seconds)).await;
    pipeline.stop().await;
    transport::assert_clock_is_rtp_time(&recording);
    let seconds = recording.times().0.as_secs_f64();
    let path = recording.write(&name.replace("mp4", "ts")).await;
    transport::assert_decodes(&path, seconds).await;
    (path, seconds)
}

async fn probed(path: &Path) -> Value {
    let entries = ["-show_programs", "-show_streams", "-of", "json"];
    let answer = tools::ffprobe(entries.into_iter().chain([path.to_str().unwrap()])).await;
    serde_json::from_str(&answer).unwrap()
}

#[tokio::test]
async fn without_a_loop_the_source_ends_as_the_input_loss_says() {
    Clip { name: "once.mp4", ..Clip::PLAIN }.make().await;
    let second = Duration::from_secs(1);
    let input_loss = InputLoss { repeat: second, black: second, color: [255; 3] };
    let once = |job| Job { source_end: SourceEnd::Continue, input_loss, ..job };
    let (path, seconds) = sent("once.mp4", 6, once).await;

    let greys = transport::greys(&path, seconds).await;

    // Two seconds of grey with a flash of white, one of grey, one of black, then white.
    let black = greys.iter().position(|grey| *grey < 20).unwrap();
    assert_eq!((black, greys.iter().filter(|grey| **grey < 20).count()), (75, 25), "{greys:?}");
    assert!(greys[100..].iter().all(|grey| *grey > 250), "{greys:?}");
    let times = transport::times(&path).await;
    assert_eq!(transport::beeps(&path, seconds, times[&1].pts[0]).await.len(), 1);
}

#[tokio::test]
async fn size_and_rate_are_the_sources_unless_they_are_given() {
    Clip { name: "own-size.mp4", rate: "30000/1001", size: "256x144", ..Clip::PLAIN }.make().await;
    let own = |job: Job| {
        let video = Video { width: None, height: None, frame_rate: None, ..job.video };
        Job { video, ..job }
    };
    let (path, _) = sent("own-size.mp4", 3, own).await;

    let video = &probed(&path).await["streams"][0];

    let found = ["width", "height", "r_frame_rate"].map(|key| video[key].to_string());
    assert_eq!(found, ["256", "144", "\"30000/1001\""]);
}

#[tokio::test]
async fn the_program_has_its_numbers_and_may_do_without_sound() {
    Clip { name: "numbers.mp4", ..Clip::PLAIN }.make().await;
    let program =
        Program { number: 7, transport_stream_id: 8, pmt_pid: 100, video_pid: 101, audio_pid: 102 };
    let (path, _) = sent("numbers.mp4", 2, |job| Job { program, ..job }).await;
    let found = probed(&path).await;
    assert_eq!(
        (&found["programs"][0]["program_num"], &found["programs"][0]["pmt_pid"]),
        (&7.into(), &100.into())
    );
    let ids = found["streams"].as_array().unwrap().iter().map(|stream| stream["id"].clone());
    assert_eq!(ids.collect::<Vec<_>>(), ["0x65", "0x66"]);

    let (path, _) = sent("numbers.mp4", 2, |job| Job { audio: None, ..job }).await;
    let found = probed(&path).await;
    assert_eq!(found["streams"].as_array().unwrap().len(), 1);
    assert_eq!(found["streams"][0]["id"], "0x1e1");
}

/// The first track is silent, the second one, in French, is a tone.
#[tokio::test]
async fn the_track_that_is_asked_for_is_heard() {
    let clip = tools::path("tracks.mp4");
    let line = "-y -f lavfi -i testsrc2=s=320x180:d=2 -f lavfi -i anullsrc=d=2 -f lavfi -i sine=d=2 -map 0 -map 1 \
                -map 2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -metadata:s:a:0 language=eng \
                -metadata:s:a:1 language=fra -disposition:a:0 default -disposition:a:1 0";
    tools::ffmpeg(line.split_whitespace().chain([clip.to_str().unwrap()])).await;
    for (track, heard) in [
        (Track::First, false),
        (Track::Number(2), true),
        (Track::Language { code: "fr".to_owned(), strict: true }, true),
        (Track::Language { code: "de".to_owned(), strict: true }, false),
    ] {
        let change = |job: Job| {
            let audio = job.audio.clone().map(|audio| Audio { track: track.clone(), ..audio });
            Job { audio, ..job }
        };
        let (path, seconds) = sent("tracks.mp4", 2, change).await;
        assert_eq!(!transport::beeps(&path, seconds, 0.0).await.is_empty(), heard, "{track:?}");
    }
}

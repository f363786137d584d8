//! How a pipeline begins and ends, and that nothing of it is left.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use lilo_encoder::{Error, Job, Pipeline, Status, Video, check, make_test_clip, start};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::clip::Clip;
use crate::origin::Origin;
use crate::processes;
use crate::recording::Recorder;
use crate::small_job;
use crate::tools::{self, path};

/// The environment in which [`the_process_that_is_killed`] is one, or
/// [`the_process_that_makes_a_clip`]
const SOURCE: &str = "LILO_TEST_SOURCE";

/// A job whose ffmpegs can be told from those of the other tests, by their picture's width; with
/// what they say of it.
fn marked(job: Job, width: u32) -> (Job, [String; 2]) {
    let marks = [format!("-video_size {width}x"), format!("pad={width}:")];
    (Job { video: Video { width: Some(width), ..job.video }, ..job }, marks)
}

/// Its decoders are at work while it plays: it is too long to be kept.
const LONG: Clip = Clip { video_seconds: 90.0, audio_seconds: Some(90.0), ..Clip::PLAIN };

async fn reaches(pipeline: &Pipeline, wanted: impl FnMut(&Status) -> bool) -> Status {
    let mut status = pipeline.status();
    let reached = timeout(Duration::from_secs(15), status.wait_for(wanted)).await;
    reached.expect("in time").unwrap().clone()
}

async fn plays(pipeline: &Pipeline) {
    assert_eq!(reaches(pipeline, |it| *it != Status::Starting).await, Status::Playing);
}

async fn ends(pipeline: &Pipeline) -> String {
    match reaches(pipeline, |it| matches!(it, Status::Ended { .. })).await {
        Status::Ended { reason } => reason,
        Status::Starting | Status::Playing | Status::Filling { .. } => unreachable!("it waited"),
    }
}

fn nowhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 9))
}

async fn ours(mark: &str) -> u32 {
    processes::child_of(std::process::id(), mark).await
}

async fn both([encoder, decoder]: &[String; 2]) -> [u32; 2] {
    [ours(encoder).await, ours(decoder).await]
}

async fn kill_ours(mark: &str) {
    kill(Pid::from_raw(ours(mark).await.try_into().unwrap()), Signal::SIGKILL).unwrap();
}

#[tokio::test]
async fn the_ffmpeg_of_this_machine_will_do() {
    assert!(!check().await.unwrap().to_string().is_empty());
}

#[tokio::test]
async fn a_stopped_pipeline_leaves_no_process_and_no_zombie() {
    Clip { name: "stopped.mp4", ..LONG }.make().await;
    let origin = Origin::serve().await;
    let (job, marks) = marked(small_job(origin.url("stopped.mp4"), nowhere()), 322);
    let pipeline = start(job).unwrap();
    plays(&pipeline).await;
    let both = both(&marks).await;

    pipeline.stop().await;

    for ffmpeg in both {
        assert!(processes::is_gone(ffmpeg).await);
    }
}

#[tokio::test]
async fn a_dropped_pipeline_takes_its_ffmpeg_along() {
    Clip { name: "dropped.mp4", ..LONG }.make().await;
    let origin = Origin::serve().await;
    let (job, marks) = marked(small_job(origin.url("dropped.mp4"), nowhere()), 324);
    let pipeline = start(job).unwrap();
    plays(&pipeline).await;
    let both = both(&marks).await;

    drop(pipeline);

    for ffmpeg in both {
        assert!(processes::dies(ffmpeg).await);
    }
}

#[tokio::test]
async fn ffmpeg_dies_with_a_process_that_is_killed() {
    Clip { name: "orphan.mp4", ..LONG }.make().await;
    let origin = Origin::serve().await;
    let mut process = process("life::the_process_that_is_killed", &origin.url("orphan.mp4"));
    let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
    while output.next_line().await.unwrap().expect("it plays before it ends") != "playing" {}
    let id = process.id().unwrap();
    let both = [
        processes::child_of(id, "-f mpegts").await,
        processes::child_of(id, "-c:v rawvideo").await,
    ];

    process.kill().await.unwrap();

    for ffmpeg in both {
        assert!(processes::dies(ffmpeg).await);
    }
}

#[tokio::test]
async fn ffmpeg_exits_when_the_process_making_a_clip_is_killed() {
    let clip = path("killed-clip.mp4");
    let mut process = process("life::the_process_that_makes_a_clip", clip.to_str().unwrap());
    let id = process.id().unwrap();
    // The one that reads from us and the one that writes to us.
    processes::child_of(id, "-i pipe:0").await;
    processes::child_of(id, "nut pipe:1").await;
    let both = processes::children_of(id, "nut").await;
    assert_eq!(both.len(), 2);

    process.kill().await.unwrap();

    for ffmpeg in both {
        assert!(processes::dies(ffmpeg).await);
    }
}

#[tokio::test]
async fn a_clip_that_is_no_longer_wanted_takes_its_ffmpegs_along() {
    let clip = path("dropped-clip.mp4");
    let both = tokio::select! {
        made = make_test_clip(&clip, 3_600) => panic!("an hour in no time: {made:?}"),
        both = async {
            let writer = ours("dropped-clip.mp4").await;
            [writer, ours("-t 3600").await]
        } => both,
    };
    for ffmpeg in both {
        assert!(processes::dies(ffmpeg).await);
    }
}

/// Another process of this test run, in which one ignored test does something with a source.
fn process(test: &str, source: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(SOURCE, source)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[tokio::test]
#[ignore = "run by ffmpeg_dies_with_a_process_that_is_killed, in a process of its own"]
async fn the_process_that_is_killed() {
    let source = std::env::var(SOURCE).expect("it is run by another test");
    let pipeline = start(small_job(source, nowhere())).unwrap();
    plays(&pipeline).await;
    println!("\nplaying");
    std::future::pending::<()>().await;
}

#[tokio::test]
#[ignore = "run by ffmpeg_exits_when_the_process_making_a_clip_is_killed, in a process of its own"]
async fn the_process_that_makes_a_clip() {
    let path = std::env::var(SOURCE).expect("it is run by another test");
    make_test_clip(Path::new(&path), 3_600).await.unwrap();
}

#[tokio::test]
async fn an_ffmpeg_that_dies_is_the_encoders_fault() {
    Clip { name: "died.mp4", ..Clip::PLAIN }.make().await;
    let origin = Origin::serve().await;
    let (job, marks) = marked(small_job(origin.url("died.mp4"), nowhere()), 326);
    let pipeline = start(job).unwrap();
    plays(&pipeline).await;

    kill_ours(&marks[0]).await;

    assert_eq!(ends(&pipeline).await, "ffmpeg ended: signal: 9 (SIGKILL)");
    pipeline.stop().await;
}

#[tokio::test]
async fn a_killed_decoder_costs_a_pass_and_not_the_stream() {
    Clip { name: "killed.mp4", ..LONG }.make().await;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;
    let (job, marks) = marked(small_job(origin.url("killed.mp4"), recorder.address()), 328);
    let pipeline = start(job).unwrap();
    plays(&pipeline).await;
    let died = ours(&marks[1]).await;

    let recording = recorder.record_during(async {
        kill_ours(&marks[1]).await;
        while processes::children_of(std::process::id(), &marks[1]).await.contains(&died) {}
        assert_ne!(ours(&marks[1]).await, died);
        plays(&pipeline).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    });
    recording.await.assert_is_unbroken_rtp();
    pipeline.stop().await;
}

#[tokio::test]
async fn an_odd_address_is_an_address() {
    Clip { name: "it's 100% odd.mp4", ..Clip::PLAIN }.make().await;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;
    let source = origin.url("it's 100%25 odd.mp4?quote='&bar=|\\");
    let pipeline = start(small_job(source, recorder.address())).unwrap();
    recorder.record(Duration::from_millis(200)).await.assert_is_unbroken_rtp();
    pipeline.stop().await;
}

#[tokio::test]
async fn what_is_no_web_address_is_refused_at_once() {
    let refused = start(small_job("file:///etc/passwd".to_owned(), nowhere()));
    assert!(matches!(refused, Err(Error::Address { .. })));
}

#[tokio::test]
async fn a_test_clip_is_as_long_as_its_picture_and_its_sound() {
    let clip = path("test-clip.mp4");
    make_test_clip(&clip, 2).await.unwrap();
    let entries = ["-show_entries", "stream=start_time,duration:format=duration", "-of", "csv=p=0"];
    let found = tools::ffprobe(entries.into_iter().chain([clip.to_str().unwrap()])).await;
    assert_eq!(found, "0.000000,2.000000\n0.000000,2.000000\n2.000000\n");
}

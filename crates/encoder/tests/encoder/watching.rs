//! Watching a pipeline from inside, as the page does.

use std::net::SocketAddr;
use std::time::Duration;

use lilo_encoder::{Mp4, Pipeline, Status, start};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use crate::clip::Clip;
use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{processes, small_job, tools};

const PATIENCE: Duration = Duration::from_secs(20);

async fn playing(name: &'static str, to: SocketAddr) -> (Pipeline, Origin) {
    Clip { name, ..Clip::PLAIN }.make().await;
    let origin = Origin::serve().await;
    let pipeline = start(small_job(origin.url(name), to)).unwrap();
    let mut status = pipeline.status();
    let plays = timeout(PATIENCE, status.wait_for(|it| *it == Status::Playing)).await;
    plays.expect("in time").unwrap();
    (pipeline, origin)
}

async fn read(mp4: &mut Mp4, bytes: usize) -> Vec<u8> {
    let mut read = Vec::new();
    let limited = &mut mp4.take(bytes as u64);
    timeout(PATIENCE, limited.read_to_end(&mut read)).await.expect("in time").unwrap();
    read
}

/// The complete fragments at the beginning of a file: each ends with the box of its data. A box
/// begins with its size and its name.
fn whole_fragments(file: &[u8]) -> &[u8] {
    let (mut at, mut end) = (0, 0);
    while let Some(head) = file.get(at..at + 8) {
        at += u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
        if &head[4..] == b"mdat" && at <= file.len() {
            end = at;
        }
    }
    &file[..end]
}

/// The checksum of every picture.
async fn pictures(file: &std::path::Path) -> Vec<String> {
    let input = ["-i", file.to_str().unwrap(), "-map", "0:v", "-fps_mode", "passthrough"];
    let output = ["-f", "framemd5", "-"];
    let arguments = input.into_iter().chain(output);
    let printed = String::from_utf8(tools::ffmpeg(arguments).await).unwrap();
    let sums = printed.lines().filter(|line| !line.starts_with('#'));
    sums.map(|line| line.rsplit(',').next().unwrap().trim().to_owned()).collect()
}

#[tokio::test]
async fn a_watcher_sees_the_pictures_that_are_sent() {
    let recorder = Recorder::listen().await;
    let (pipeline, _origin) = playing("watched.mp4", recorder.address()).await;
    let tap = pipeline.tap();
    let mut watched = Vec::new();
    let recording = recorder.record_during(async {
        let mut mp4 = tap.mp4().unwrap().expect("it plays");
        // Six seconds: three passes of the clip.
        watched = read(&mut mp4, 450_000).await;
    });
    let sent = recording.await.write("watched_sent.ts").await;
    pipeline.stop().await;

    let file = tools::path("watched_received.mp4");
    tokio::fs::write(&file, whole_fragments(&watched)).await.unwrap();
    let shown = ["-select_streams", "v", "-show_entries", "packet=pts", "-of", "csv=p=0"];
    let shown = shown.into_iter().chain([file.to_str().unwrap()]);
    let shown = tools::ffprobe(shown).await;
    let mut times: Vec<i64> =
        shown.lines().map(|line| line.trim_matches(',').parse().unwrap()).collect();
    times.sort_unstable();
    assert!(times.len() > 75, "{} pictures", times.len());
    let steps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(steps.iter().all(|step| *step == steps[0]), "a seam: {steps:?}");

    let (sent, received) = (pictures(&sent).await, pictures(&file).await);
    let begins = sent.iter().position(|picture| *picture == received[0]);
    let begins = begins.expect("its first picture was sent");
    let same = sent[begins..].iter().zip(&received).take_while(|(sent, got)| sent == got).count();
    // The last pictures of either may be cut off.
    assert!(same + 3 >= received.len(), "{same} of {}", received.len());
}

#[tokio::test]
async fn a_watcher_that_leaves_takes_its_ffmpeg_along() {
    let (pipeline, _origin) = playing("left.mp4", SocketAddr::from(([127, 0, 0, 1], 9))).await;
    let mut mp4 = pipeline.tap().mp4().unwrap().expect("it plays");
    assert_eq!(&read(&mut mp4, 8).await[4..], b"ftyp");
    let ffmpeg = processes::child_of(std::process::id(), "aac_adtstoasc").await;

    drop(mp4);

    assert!(processes::dies(ffmpeg).await);
    pipeline.stop().await;
}

#[tokio::test]
async fn a_watcher_that_stops_reading_loses_its_ffmpeg() {
    let (pipeline, _origin) = playing("stalled.mp4", SocketAddr::from(([127, 0, 0, 1], 9))).await;
    let mut mp4 = pipeline.tap().mp4().unwrap().expect("it plays");
    read(&mut mp4, 8).await;
    let ffmpeg = processes::child_of(std::process::id(), "aac_adtstoasc").await;

    let dies = async { while !processes::dies(ffmpeg).await {} };
    timeout(PATIENCE, dies).await.expect("its ffmpeg ends before anybody reads");

    let mut rest = Vec::new();
    timeout(PATIENCE, mp4.read_to_end(&mut rest)).await.expect("it ends").unwrap();
    pipeline.stop().await;
}

#[tokio::test]
async fn a_watched_stream_ends_with_its_pipeline() {
    let (pipeline, _origin) = playing("ended.mp4", SocketAddr::from(([127, 0, 0, 1], 9))).await;
    let tap = pipeline.tap();
    let mut mp4 = tap.mp4().unwrap().expect("it plays");
    read(&mut mp4, 10_000).await;

    pipeline.stop().await;

    let mut rest = Vec::new();
    timeout(PATIENCE, mp4.read_to_end(&mut rest)).await.expect("it ends").unwrap();
    assert!(tap.mp4().unwrap().is_none());
}

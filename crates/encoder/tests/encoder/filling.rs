//! Fill frames: what is sent while there is nothing to play.

use std::time::Duration;

use lilo_encoder::{Pipeline, Status, start};
use tokio::time::{sleep, timeout};

use crate::clip::Clip;
use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{small_job, tools, transport};

async fn fills(pipeline: &Pipeline) -> String {
    let mut status = pipeline.status();
    let filling = status.wait_for(|status| matches!(status, Status::Filling { .. }));
    match timeout(Duration::from_secs(25), filling).await.expect("in time").unwrap().clone() {
        Status::Filling { reason } => reason,
        Status::Starting | Status::Playing | Status::Ended { .. } => unreachable!("it waited"),
    }
}

async fn plays(pipeline: &Pipeline) {
    let mut status = pipeline.status();
    let playing = status.wait_for(|status| *status == Status::Playing);
    timeout(Duration::from_secs(15), playing).await.expect("in time").unwrap();
}

/// The reason that is told of a source, and the mean grey of each picture that is sent.
async fn sent_for(source: String, name: &str) -> (String, Vec<u8>) {
    let recorder = Recorder::listen().await;
    let pipeline = start(small_job(source, recorder.address())).unwrap();
    let recording = recorder.record(Duration::from_secs(2)).await;
    let reason = fills(&pipeline).await;
    pipeline.stop().await;
    recording.assert_is_unbroken_rtp();
    let path = recording.write(name).await;
    let seconds = recording.times().0.as_secs_f64();
    transport::assert_decodes(&path, seconds).await;
    assert!(transport::beeps(&path, seconds, 0.0).await.is_empty());
    (reason, transport::greys(&path, seconds).await)
}

#[tokio::test]
async fn missing_source_produces_black_frames_and_silence() {
    let origin = Origin::serve().await;
    let source = origin.url("nothing.mp4?X-Amz-Signature=secret");
    let (reason, greys) = sent_for(source, "nothing.ts").await;
    assert!(reason.contains("404") && reason.contains("nothing.mp4"), "{reason}");
    assert!(!reason.contains("secret"), "{reason}");
    assert!(greys.len() > 10 && greys.iter().all(|grey| *grey < 20), "{greys:?}");
}

#[tokio::test]
async fn a_source_that_is_no_mp4_is_filled_for() {
    let playlist = "#EXTM3U\nfile:///etc/passwd\n";
    tokio::fs::write(tools::path("playlist.mp4"), playlist).await.unwrap();
    let origin = Origin::serve().await;
    let (reason, _) = sent_for(origin.url("playlist.mp4"), "playlist.ts").await;
    assert!(reason.contains("moov atom not found") || reason.contains("Invalid data"), "{reason}");
}

#[tokio::test]
async fn a_source_that_goes_away_and_comes_back_leaves_no_seam() {
    Clip { name: "away.mp4", ..Clip::PLAIN }.make().await;
    let origin = Origin::serve().await;
    let address = origin.address();
    let recorder = Recorder::listen().await;
    let pipeline = start(small_job(origin.url("away.mp4"), recorder.address())).unwrap();

    let recording = recorder.record_during(async {
        plays(&pipeline).await;
        sleep(Duration::from_secs(1)).await;
        drop(origin);
        let reason = fills(&pipeline).await;
        assert!(reason.contains("Connection refused"), "{reason}");
        sleep(Duration::from_secs(2)).await;
        let _origin = Origin::serve_at(address).await;
        plays(&pipeline).await;
        sleep(Duration::from_millis(4_500)).await;
    });
    let recording = recording.await;
    pipeline.stop().await;

    recording.assert_is_unbroken_rtp();
    transport::assert_clock_is_rtp_time(&recording);
    let seconds = recording.times().0.as_secs_f64();
    let path = recording.write("away.ts").await;
    transport::assert_counters_run_on(&recording);
    transport::assert_decodes(&path, seconds).await;
    transport::assert_steps_are_even(&transport::times(&path).await);
    let greys = transport::greys(&path, seconds).await;
    let black = greys.iter().position(|grey| *grey < 20).expect("it was filled for");
    let again = black + greys[black..].iter().position(|grey| *grey > 100).expect("it came back");
    assert!(black > 25 && again - black > 25, "black from {black} to {again}");
    assert!(greys[again..].iter().all(|grey| *grey > 100), "{greys:?}");
    // Its marks are where they were, and seen when they are heard.
    let times = transport::times(&path).await;
    let flashes = transport::flashes(&path, seconds, times[&0].pts[0]).await;
    let beeps = transport::beeps(&path, seconds, times[&1].pts[0]).await;
    assert_eq!(flashes.len(), beeps.len(), "seen at {flashes:?}, heard at {beeps:?}");
    for (flash, beep) in flashes.iter().zip(&beeps) {
        assert!((flash - beep).abs() < 0.05, "seen at {flash}, heard at {beep}");
    }
}

#[tokio::test]
async fn a_source_that_stops_answering_is_filled_for() {
    Clip { name: "frozen.mp4", ..Clip::PLAIN }.make().await;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;
    let pipeline = start(small_job(origin.url("frozen.mp4"), recorder.address())).unwrap();
    let recording = recorder.record_during(async {
        plays(&pipeline).await;
        origin.freeze();
        let reason = fills(&pipeline).await;
        assert!(reason.contains("frozen.mp4: its server does not answer"), "{reason}");
        sleep(Duration::from_secs(1)).await;
    });
    recording.await.assert_is_unbroken_rtp();
    pipeline.stop().await;
}

#[tokio::test]
async fn a_thumbnail_is_a_small_picture_of_what_plays() {
    Clip { name: "thumbnail.mp4", ..Clip::PLAIN }.make().await;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;
    let pipeline = start(small_job(origin.url("thumbnail.mp4"), recorder.address())).unwrap();
    let thumbnails = pipeline.thumbnails();
    assert_eq!(thumbnails.take().await, None);
    plays(&pipeline).await;

    let thumbnail = thumbnails.take().await.unwrap();

    pipeline.stop().await;
    assert!(thumbnail.taken.elapsed().unwrap() < Duration::from_secs(2));
    let path = tools::path("thumbnail.jpg");
    tokio::fs::write(&path, thumbnail.jpeg).await.unwrap();
    let entries = ["-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0"];
    let found = tools::ffprobe(entries.into_iter().chain([path.to_str().unwrap()])).await;
    assert_eq!(found.trim(), "mjpeg,480,270");
    let grey = transport::greys(&path, 1.0).await;
    assert!(grey[0] > 100, "{grey:?}");
}

//! The loop point: nobody who watches, listens or counts can tell where it is, but by what is
//! shown.

use std::time::Duration;

use lilo_encoder::{Status, start};

use crate::clip::Clip;
use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{small_job, transport};

#[tokio::test]
async fn a_clip_with_longer_sound_loops_without_a_seam() {
    let clip = Clip { video_seconds: 2.0, audio_seconds: Some(2.37), ..Clip::PLAIN };
    tokio::join!(
        assert_loops(Clip { name: "longer-sound-25.mp4", ..clip }),
        assert_loops(Clip { name: "longer-sound-29.97.mp4", rate: "30000/1001", ..clip }),
    );
}

#[tokio::test]
async fn a_clip_with_longer_picture_loops_without_a_seam() {
    let clip = Clip { video_seconds: 2.4, audio_seconds: Some(2.0), ..Clip::PLAIN };
    tokio::join!(
        assert_loops(Clip { name: "longer-picture-25.mp4", ..clip }),
        assert_loops(Clip { name: "longer-picture-29.97.mp4", rate: "30000/1001", ..clip }),
    );
}

async fn assert_loops(clip: Clip) {
    // A pass is a whole number of pictures.
    let length = (clip.make().await * 25.0).round() / 25.0;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;

    let pipeline = start(small_job(origin.url(clip.name), recorder.address())).unwrap();
    let recording = recorder.record(Duration::from_secs_f64(4.8 * length)).await;
    assert_eq!(*pipeline.status().borrow(), Status::Playing);
    pipeline.stop().await;

    recording.assert_is_unbroken_rtp();
    transport::assert_clock_is_rtp_time(&recording);
    let (stream, arrival) = recording.times();
    assert!(stream.abs_diff(arrival) < Duration::from_millis(200), "{stream:?} in {arrival:?}");

    let seconds = stream.as_secs_f64();
    let path = recording.write(&clip.name.replace("mp4", "ts")).await;
    transport::assert_decodes(&path, seconds).await;
    let times = transport::times(&path).await;
    transport::assert_steps_are_even(&times);

    let flashes = transport::flashes(&path, seconds, times[&0].pts[0]).await;
    let beeps = transport::beeps(&path, seconds, times[&1].pts[0]).await;
    assert_eq!(flashes.len(), beeps.len(), "seen at {flashes:?}, heard at {beeps:?}");
    assert_marks_return(&flashes, length, 0.041);
    assert_marks_return(&beeps, length, 0.006);
    for (flash, beep) in flashes.iter().zip(&beeps) {
        assert!((flash - beep).abs() < 0.05, "seen at {flash}, heard at {beep}");
    }
}

/// Once in each pass, and after more than three of them still where three lengths of the clip put
/// it.
fn assert_marks_return(marks: &[f64], length: f64, tolerance: f64) {
    assert!(marks.len() >= 4, "{marks:?}");
    for (pass, mark) in (0_u32..).zip(marks) {
        let expected = marks[0] + f64::from(pass) * length;
        assert!((mark - expected).abs() < tolerance, "{marks:?} with {length} s a pass");
    }
}

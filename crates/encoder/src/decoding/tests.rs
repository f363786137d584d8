//! A day of loops, faster than real time.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::kept::Keeper;
use crate::Job;
use crate::command::SAMPLE;
use crate::encoding::Inputs;
use crate::feed::{Feed, Tick};
use crate::format::Format;
use crate::status::StatusReporter;

/// A picture's sound is no whole number of samples: 1601.6.
const FORMAT: Format = Format { width: 2, height: 2, frame_rate: (30_000, 1_001) };
const DAY: u64 = 24 * 3_600 * 30_000 / 1_001;

/// A pass with a mark in its first picture and in its first sample.
fn pass(slots: u64) -> Keeper {
    let (marked, plain) = (Bytes::from_static(&[9; 6]), Bytes::from_static(&[1; 6]));
    let mut keeper = Keeper::new(1 << 20);
    for slot in 0..slots {
        let samples = (slot + 1) * 48_048 / 30 - slot * 48_048 / 30;
        let mut sound = vec![0; usize::try_from(samples).unwrap() * SAMPLE];
        sound[0] = u8::from(slot == 0);
        let picture = if slot == 0 { marked.clone() } else { plain.clone() };
        keeper.add(&Tick { picture, sound: sound.into() });
    }
    keeper
}

#[tokio::test]
async fn sound_stays_with_its_picture_through_a_day_of_loops() {
    let job = Job::sample("http://127.0.0.1:9/".to_owned(), ([127, 0, 0, 1], 9).into());
    let (to_pictures, mut pictures) = mpsc::channel(1);
    let (to_sounds, mut sounds) = mpsc::unbounded_channel();
    let inputs = Inputs { pictures: to_pictures, sounds: to_sounds };
    let reporter = Arc::new(StatusReporter::new().0);
    let mut feed = Feed::new(&job, FORMAT, inputs, String::new(), reporter, Arc::default());
    let kept = pass(17).finish().unwrap();
    let (mut picture, mut sample, mut marks) = (0_u64, 0_u64, 0_u64);
    while picture < DAY {
        let mut replay = kept.replay();
        while let Some(tick) = replay.next(feed.samples()) {
            feed.play(tick).await;
            let shown = pictures.recv().await.unwrap()[0] == 9;
            let sound = sounds.recv().await.unwrap();
            assert_eq!(sound[0] == 1, shown, "seen and heard at once, at {picture}");
            // The picture's beginning in samples; it may lie between two.
            let due = u128::from(picture) * 48_000 * 1_001 / 30_000;
            assert_eq!(u128::from(sample), due, "at {picture}");
            (picture, sample) = (picture + 1, sample + (sound.len() / SAMPLE) as u64);
            marks += u64::from(shown);
        }
    }
    assert_eq!(marks, DAY.div_ceil(17));
}

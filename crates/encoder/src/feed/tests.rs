use std::future::ready;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use super::*;

fn sample() -> Job {
    Job::sample("http://127.0.0.1:9/loop.mp4".to_owned(), ([127, 0, 0, 1], 5000).into())
}

/// Pictures of twelve bytes.
const FORMAT: Format = Format { width: 4, height: 2, frame_rate: (30_000, 1_001) };

struct Encoder {
    pictures: mpsc::Receiver<Bytes>,
    sounds: mpsc::UnboundedReceiver<Bytes>,
    status: watch::Receiver<Status>,
}

fn feed() -> (Feed, Encoder) {
    feed_of(&sample())
}

fn feed_of(job: &Job) -> (Feed, Encoder) {
    let (reporter, status) = StatusReporter::new();
    reporter.on_air();
    let (to_pictures, pictures) = mpsc::channel(1_000);
    let (to_sounds, sounds) = mpsc::unbounded_channel();
    let inputs = Inputs { pictures: to_pictures, sounds: to_sounds };
    let reporter = Arc::new(reporter);
    let feed = Feed::new(job, FORMAT, inputs, "silent".to_owned(), reporter, Arc::default());
    (feed, Encoder { pictures, sounds, status })
}

fn tick(feed: &Feed) -> Tick {
    Tick { picture: Bytes::from_static(&[1; 12]), sound: vec![1; feed.samples() * SAMPLE].into() }
}

fn filling(reason: &str) -> Status {
    Status::Filling { reason: reason.to_owned() }
}

#[tokio::test(start_paused = true)]
async fn each_picture_has_its_sound_and_no_sample_is_lost_at_any_rate() {
    let (mut feed, mut encoder) = feed();
    for _ in 0..300 {
        feed.play(tick(&feed)).await;
    }
    let samples: usize = std::iter::from_fn(|| encoder.sounds.try_recv().ok())
        .map(|sound| sound.len() / SAMPLE)
        .sum();
    // 300 pictures are 10.01 seconds.
    assert_eq!(samples, 480_480);
    assert_eq!(encoder.pictures.len(), 300);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_late_is_waited_for() {
    let (mut feed, encoder) = feed();
    feed.play(tick(&feed)).await;
    feed.fill_while(sleep(Duration::from_millis(600))).await;
    assert_eq!(encoder.pictures.len(), 1);
    assert_eq!(*encoder.status.borrow(), Status::Playing);
}

#[tokio::test(start_paused = true)]
async fn feed_sends_black_and_silence_until_late_frames_arrive() {
    let (mut feed, mut encoder) = feed();
    feed.play(tick(&feed)).await;
    // The channel's room for 1000 pictures lets the feed run freely.
    feed.fill_while(sleep(Duration::from_millis(701))).await;
    assert_eq!(*encoder.status.borrow(), filling("silent"));

    encoder.pictures.recv().await;
    encoder.sounds.recv().await;
    feed.play(tick(&feed)).await;
    assert_eq!(*encoder.status.borrow(), Status::Playing);
    let black = [[16; 8].as_slice(), &[128; 4]].concat();
    assert_eq!(encoder.pictures.recv().await.unwrap(), black);
    assert!(encoder.sounds.recv().await.unwrap().iter().all(|sample| *sample == 0));
}

#[tokio::test(start_paused = true)]
async fn a_known_reason_is_told_and_filled_for_at_once() {
    let (mut feed, encoder) = feed();
    let began = Instant::now();
    feed.source_failed("404".to_owned());
    feed.fill_while(sleep(Duration::from_millis(1))).await;
    assert_eq!(*encoder.status.borrow(), filling("404"));
    assert!(began.elapsed() < Duration::from_millis(10));
    assert!(!encoder.pictures.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_first_picture_may_take_longer() {
    let (mut feed, encoder) = feed();
    feed.fill_while(sleep(Duration::from_secs(4))).await;
    assert!(encoder.pictures.is_empty());
    feed.fill_while(ready(())).await;
}

#[tokio::test(start_paused = true)]
async fn sound_gets_the_length_that_is_due_after_fill_frames() {
    let (mut feed, mut encoder) = feed();
    // 1601.6 samples a picture.
    let lengths = [1_601, 1_602];
    for _ in 0..2 {
        feed.play(Tick { sound: vec![1; lengths[0] * SAMPLE].into(), ..tick(&feed) }).await;
    }
    for length in lengths {
        assert_eq!(encoder.sounds.recv().await.unwrap().len(), length * SAMPLE);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_input_repeats_its_picture_then_black_then_a_colour() {
    let picture = Duration::from_micros(33_367);
    let input_loss = InputLoss { repeat: 2 * picture, black: picture, color: [255; 3] };
    let (mut feed, mut encoder) = feed_of(&Job { input_loss, ..sample() });
    for _ in 0..2 {
        feed.play(tick(&feed)).await;
        feed.source_failed("404".to_owned());
        // It ends once the encoder's room is full.
        feed.fill_while(sleep(Duration::from_millis(1))).await;
        let shown = std::iter::from_fn(|| encoder.pictures.try_recv().ok());
        let shown: Vec<_> = shown.map(|picture| picture[0]).collect();
        assert_eq!(shown[..5], [1, 1, 1, 16, 235]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_without_sound_gets_none() {
    let (mut feed, mut encoder) = feed_of(&Job { audio: None, ..sample() });
    feed.play(tick(&feed)).await;
    assert_eq!(feed.samples(), 0);
    assert!(encoder.sounds.try_recv().is_err());
}

#[test]
fn a_plain_picture_has_the_colour_of_bt_709() {
    for (color, expected) in
        [([0; 3], (16, 128, 128)), ([255; 3], (235, 128, 128)), ([255, 0, 0], (63, 102, 240))]
    {
        let picture = plain(FORMAT, color);
        assert_eq!((picture[0], picture[8], picture[11]), expected, "{color:?}");
    }
}

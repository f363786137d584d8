//! The instruments themselves: what they say of recordings whose faults are known.

use super::expected::PLAIN;
use super::figures::Figures;
use super::receive;
use super::recipe::{Kitchen, Step};
use crate::tools;

const RECEIVED: &str = "H264 -c:a aac -ar 48000 -f mpegts ./clip.mp4";

/// Two passes of two seconds and a little of a third one, with these filters.
async fn measured(name: &str, filters: &'static str) -> Figures {
    let kitchen = Kitchen::open(format!("kinds-{name}")).await;
    let once = "-t 2 @320x180@25 -t 2 @tone H264 -c:a pcm_s16le ./once.mov";
    let thrice = format!("-stream_loop 2 -i ./once.mov -t 4.6 {filters} {RECEIVED}");
    let steps = [Step::Ffmpeg(once), Step::Ffmpeg(thrice.leak())];
    let received = tools::path(&kitchen.make("instruments", &steps).await);
    receive(&received, 100.0).await.figures(PLAIN.steps)
}

#[tokio::test]
async fn the_instruments_find_no_fault_where_there_is_none() {
    let figures = measured("faultless", "").await;
    let Figures { passes, ends, disorder, offset, sound_passes, jumps, .. } = figures;
    let Figures { silent, noise, black, unknown, .. } = figures;
    assert_eq!((passes, ends), (vec![50, 50], vec![(0, 49), (0, 49)]));
    assert_eq!((disorder, jumps), (0, 0));
    assert!(sound_passes.iter().all(|pass| (pass - 2_000.0).abs() < 1.0), "{sound_passes:?}");
    let (least, most) = offset.unwrap();
    assert!(least > -1.0 && most < 1.0, "{offset:?}");
    assert!(noise < 3.0, "{noise}");
    assert!(silent < 0.5 && black + unknown < 0.01, "{silent} {black} {unknown}");
}

#[tokio::test]
async fn the_instruments_find_late_sound_silence_and_black() {
    let figures = measured(
        "faulty",
        "-vf drawbox=c=black:t=fill:enable=between(n\\,60\\,70) \
         -af adelay=70,volume=0:enable=between(t\\,1\\,1.4)",
    );
    let Figures { disorder, offset, silent, black, .. } = figures.await;
    let (least, most) = offset.unwrap();
    assert!((least - 70.0).abs() < 1.0 && (most - 70.0).abs() < 1.0, "{offset:?}");
    // 11 of 115 pictures; of 4 s the first 0.07 and another 0.4.
    assert!((black - 9.6).abs() < 0.1 && disorder >= 11, "{black} {disorder}");
    assert!((silent - 11.8).abs() < 1.0, "{silent}");
}

#[tokio::test]
async fn the_instruments_find_disorder_and_a_jump() {
    let figures = measured(
        "disorderly",
        "-vf shuffleframes=0|2|1|3|4 -af aselect=not(between(t\\,1\\,1.1)),asetpts=N/SR/TB",
    );
    let Figures { disorder, jumps, .. } = figures.await;
    // Three steps in five are wrong.
    assert!((60..=72).contains(&disorder), "{disorder}");
    assert!((1..=2).contains(&jumps), "{jumps}");
}

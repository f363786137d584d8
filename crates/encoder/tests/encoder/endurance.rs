//! Minutes or hours of loops in real time, for `make endurance`: one clip that plays from memory
//! and one that is decoded again and again.

use std::time::Duration;

use lilo_encoder::{Counters, start};

use crate::clip::Clip;
use crate::origin::Origin;
use crate::recording::{Recorder, Recording};
use crate::{processes, small_job, transport};

/// Long enough to see the mark of the longer clip.
const SAMPLE: Duration = Duration::from_secs(100);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes fifteen minutes; run by make endurance"]
async fn hours_of_loops_lose_nothing_and_do_not_drift() {
    let minutes = std::env::var("MINUTES").map_or(15, |text| text.parse().unwrap());
    assert!(minutes >= 4, "MINUTES is at least 4: the longer clip shows its mark every 71 seconds");
    let short =
        Clip { name: "short.mp4", video_seconds: 7.36, audio_seconds: Some(7.3), ..Clip::PLAIN };
    let long =
        Clip { name: "long.mp4", video_seconds: 71.0, audio_seconds: Some(71.2), ..Clip::PLAIN };
    // Two tasks: what one does with its recording must not keep the other from receiving.
    let both = [short, long].map(|clip| tokio::spawn(endure(clip, minutes)));
    for clip in both {
        clip.await.unwrap();
    }
}

async fn endure(clip: Clip, minutes: u64) {
    let length = clip.make().await;
    let origin = Origin::serve().await;
    let recorder = Recorder::listen().await;
    let pipeline = start(small_job(origin.url(clip.name), recorder.address())).unwrap();
    let (recording, memory) = tokio::join!(
        recorder.record(Duration::from_mins(minutes)),
        memory_over(Duration::from_mins(minutes), &recorder),
    );
    let Counters { behind, .. } = pipeline.counters();
    pipeline.stop().await;

    assert_eq!(
        recorder.dropped(),
        0,
        "this receiver was too slow, so it cannot tell what was sent"
    );
    recording.assert_is_whole_rtp();
    transport::assert_counters_run_on(&recording);
    let (stream, arrival) = recording.times();
    let passes = stream.as_secs_f64() / length;
    let packets = recording.packets.len();
    let gap = recording.longest_gap();
    let [first, last] = recording.ends(SAMPLE);
    let first = offsets(&first, &clip.name.replace(".mp4", "-first.ts")).await;
    let last = offsets(&last, &clip.name.replace(".mp4", "-last.ts")).await;
    println!(
        "{}: {minutes} min, {passes:.0} passes, {packets} packets, none lost; longest gap {gap:?}, behind {behind:?}; \
         sound against picture {first:.1?} ms at the beginning, {last:.1?} ms at the end; memory {memory:?} MiB",
        clip.name
    );
    assert!(stream.abs_diff(arrival) < Duration::from_secs(1), "{stream:?} in {arrival:?}");
    for offset in first.iter().chain(&last) {
        assert!(offset.abs() < 40.0, "{offset} ms");
        assert!((offset - first[0]).abs() < 5.0, "it drifts from {} to {offset} ms", first[0]);
    }
    let most = memory[memory.len() / 4..].iter().max().unwrap();
    assert!(*most < memory[..=memory.len() / 4].iter().max().unwrap() * 5 / 4, "{memory:?}");
}

/// Sound against picture at each mark, in milliseconds.
async fn offsets(recording: &Recording, name: &str) -> Vec<f64> {
    let path = recording.write(name).await;
    let seconds = recording.times().0.as_secs_f64();
    let times = transport::times(&path).await;
    let flashes = transport::flashes(&path, seconds, times[&0].pts[0]).await;
    let beeps = transport::beeps(&path, seconds, times[&1].pts[0]).await;
    let pairs = flashes.iter().filter_map(|flash| {
        let apart = beeps.iter().map(|beep| (beep - flash) * 1_000.0);
        apart.min_by(|a, b| a.abs().total_cmp(&b.abs()))
    });
    let offsets: Vec<_> = pairs.collect();
    assert!(!offsets.is_empty(), "{name}: seen at {flashes:?}, heard at {beeps:?}");
    offsets
}

/// The memory of this process and its children in MiB, without what both clips' recordings take, in
/// eight samples.
async fn memory_over(time: Duration, recorder: &Recorder) -> Vec<u64> {
    let mut samples = Vec::new();
    for _ in 0..8 {
        tokio::time::sleep(time / 9).await;
        let packets = 2 * recorder.received() / 1024 / 1024;
        samples.push(processes::memory(std::process::id()).await - packets);
    }
    samples
}

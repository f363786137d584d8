//! A recorded transport stream: its clock, its streams' timestamps, and what it shows.

use std::collections::BTreeMap;
use std::path::Path;

use crate::recording::Recording;
use crate::tools;

/// Its clock is RTP's clock, and it runs on.
pub(crate) fn assert_clock_is_rtp_time(recording: &Recording) {
    let packets = &recording.packets;
    let step = packets[1].timestamp().wrapping_sub(packets[0].timestamp());
    let mut first = None;
    let mut before = 0;
    for packet in packets {
        let since = packet.timestamp().wrapping_sub(packets[0].timestamp());
        for (place, transport) in packet.payload().chunks(188).enumerate() {
            assert_eq!(transport[0], 0x47, "in step");
            let Some(pcr) = pcr(transport) else { continue };
            let rtp = i64::from(since) + i64::from(step) * i64::try_from(place).unwrap() / 7;
            let (first_pcr, first_rtp) = *first.get_or_insert((pcr, rtp));
            let apart = (pcr - first_pcr) - (rtp - first_rtp);
            assert!(apart.abs() <= 4, "PCR and RTP are {apart} ticks apart");
            assert!(pcr >= before && (before == 0 || pcr - before <= 9_000), "every 100 ms");
            before = pcr;
        }
    }
    assert!(before > 0, "there is a clock");
}

/// In ticks of 90 kHz (ISO 13818-1, 2.4.3.4).
fn pcr(packet: &[u8]) -> Option<i64> {
    let has_pcr = packet[3] & 0x20 != 0 && packet[4] > 0 && packet[5] & 0x10 != 0;
    let high = u32::from_be_bytes(packet[6..10].try_into().unwrap());
    has_pcr.then(|| i64::from(high) << 1 | i64::from(packet[10] >> 7))
}

/// The timestamps of one stream's packets in seconds, in the order of decoding.
#[derive(Default)]
pub(crate) struct Times {
    pub(crate) pts: Vec<f64>,
    pub(crate) dts: Vec<f64>,
    pub(crate) keyframes: Vec<usize>,
}

/// Every stream's, by its index: 0 is the picture, 1 the sound.
pub(crate) async fn times(path: &Path) -> BTreeMap<usize, Times> {
    let entries = "packet=stream_index,pts_time,dts_time,flags";
    let lines =
        tools::ffprobe(["-show_entries", entries, "-of", "csv=p=0", path.to_str().unwrap()]);
    let mut streams = BTreeMap::<usize, Times>::new();
    for line in lines.await.lines().filter(|line| !line.is_empty()) {
        let fields: Vec<_> = line.split(',').collect();
        let times = streams.entry(fields[0].parse().unwrap()).or_default();
        if fields[3].starts_with('K') {
            times.keyframes.push(times.pts.len());
        }
        times.pts.push(fields[1].parse().unwrap());
        times.dts.push(fields[2].parse().unwrap());
    }
    streams
}

impl Times {
    /// The shortest and the longest time from one to the next: in the order of decoding, and of
    /// showing.
    pub(crate) fn steps(&self) -> [(f64, f64); 2] {
        let mut shown = self.pts.clone();
        shown.sort_by(f64::total_cmp);
        // What is shown after the last picture that arrived may have been decoded too late for the
        // recording.
        shown.truncate(shown.len().saturating_sub(8));
        [&self.dts, &shown].map(|times| {
            let steps = times.windows(2).map(|pair| pair[1] - pair[0]);
            steps
                .fold((f64::MAX, f64::MIN), |(least, most), step| (least.min(step), most.max(step)))
        })
    }
}

/// Decodes all but the last half second, which the recording may have cut off in mid-picture;
/// nothing may be wrong.
pub(crate) async fn assert_decodes(path: &Path, seconds: f64) {
    let until = (seconds - 0.5).to_string();
    let path = path.to_str().unwrap();
    tools::ffmpeg(["-xerror", "-t", &until, "-i", path, "-f", "null", "-"]).await;
}

/// Each stream's packets are numbered without a gap, and nothing calls itself a new beginning (ISO
/// 13818-1, 2.4.3.3).
pub(crate) fn assert_counters_run_on(recording: &Recording) {
    let mut last = BTreeMap::new();
    for transport in recording.packets.iter().flat_map(|packet| packet.payload().chunks(188)) {
        let id = u16::from_be_bytes([transport[1] & 0x1f, transport[2]]);
        let (has_field, has_payload) = (transport[3] & 0x20 != 0, transport[3] & 0x10 != 0);
        assert!(!(has_field && transport[4] > 0 && transport[5] & 0x80 != 0), "a discontinuity");
        if has_payload && id != 0x1fff {
            let counter = transport[3] & 0x0f;
            if let Some(before) = last.insert(id, counter) {
                assert_eq!(counter, (before + 1) & 0x0f, "of {id}");
            }
        }
    }
    assert!(last.len() >= 4, "the tables, the picture and the sound: {last:?}");
}

/// A picture every 40 ms, and sound without a gap.
pub(crate) fn assert_steps_are_even(times: &BTreeMap<usize, Times>) {
    assert_eq!(times.len(), 2);
    for (stream, every) in [(0, 0.04), (1, 1_024.0 / 48_000.0)] {
        for (least, most) in times[&stream].steps() {
            assert!(least > every - 0.001 && most < every + 0.001, "{stream}: {least} to {most}");
        }
    }
}

/// The mean grey of each picture.
pub(crate) async fn greys(path: &Path, seconds: f64) -> Vec<u8> {
    let until = (seconds - 0.5).to_string();
    let path = path.to_str().unwrap();
    let filter = "scale=1:1:flags=area,format=gray";
    let arguments = ["-t", &until, "-i", path, "-map", "0:v", "-vf", filter, "-f", "rawvideo", "-"];
    tools::ffmpeg(arguments).await
}

/// The seconds at which the picture turns white.
pub(crate) async fn flashes(path: &Path, seconds: f64, first_pts: f64) -> Vec<f64> {
    let greys = greys(path, seconds).await;
    onsets(greys.iter().map(|grey| *grey > 190), 1, 25.0, first_pts)
}

/// The seconds at which the tone begins.
pub(crate) async fn beeps(path: &Path, seconds: f64, first_pts: f64) -> Vec<f64> {
    let until = (seconds - 0.5).to_string();
    let path = path.to_str().unwrap();
    let arguments = ["-t", &until, "-i", path, "-map", "0:a", "-ac", "1", "-f", "s16le", "-"];
    let samples = tools::ffmpeg(arguments).await;
    let loud = samples.chunks_exact(2).map(|it| i16::from_le_bytes([it[0], it[1]]).abs() > 1_000);
    // A tone is silent at every zero crossing: only a tenth of a second of silence ends it.
    onsets(loud, 4_800, 48_000.0, first_pts)
}

/// Where something begins that was not there for a while.
#[expect(clippy::cast_precision_loss, reason = "a few seconds of samples")]
fn onsets(there: impl Iterator<Item = bool>, pause: usize, rate: f64, first: f64) -> Vec<f64> {
    let mut last = None;
    let mut onsets = Vec::new();
    for (place, _) in there.enumerate().filter(|(_, there)| *there) {
        if last.is_none_or(|last| place - last > pause) {
            onsets.push(first + place as f64 / rate);
        }
        last = Some(place);
    }
    onsets
}

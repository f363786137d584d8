//! Measures what came out: how much of it is black, silent or stands still.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::recording::Recording;
use crate::{tools, transport};

/// Each picture is measured as this many grey blocks: bars beside a tall picture hide its mean.
const BLOCKS: (usize, usize) = (32, 18);
/// The grey below which a block counts as black, as fill frames are.
const BLACK: u8 = 20;
/// The small job's.
const FRAME_RATE: f64 = 25.0;
/// Blocks that differ by no more are the same: coding makes some difference.
const SAME: u8 = 2;
/// The highest sample of a tenth of a second that counts as silent.
const SILENT: u16 = 40;

/// What came out.
pub(crate) struct Measured {
    /// Why fill frames were sent, if they were.
    pub(crate) reason: Option<String>,
    pub(crate) black_percent: usize,
    /// The longest time that the picture stood still.
    pub(crate) still_seconds: f64,
    pub(crate) silent_percent: usize,
    /// Not judged: it depends on what else the machine does.
    longest_gap: Duration,
}

impl Measured {
    pub(crate) async fn of(recording: &Recording, name: &str, reason: Option<String>) -> Self {
        let seconds = recording.times().0.as_secs_f64();
        let path = recording.write(&format!("{name}.ts")).await;
        transport::assert_decodes(&path, seconds).await;
        let pictures = pictures(&path, seconds).await;
        let pictures: Vec<_> = pictures.chunks_exact(BLOCKS.0 * BLOCKS.1).collect();
        let peaks = peaks(&path, seconds).await;
        let is_black = |picture: &&[u8]| picture.iter().all(|grey| *grey < BLACK);
        let is_still = |pair: &[&[u8]]| {
            pair[0].iter().zip(pair[1]).all(|(before, after)| before.abs_diff(*after) <= SAME)
        };
        Self {
            reason,
            longest_gap: recording.longest_gap(),
            black_percent: percent(pictures.iter().map(is_black)),
            still_seconds: f64::from(longest_run(pictures.windows(2).map(is_still))) / FRAME_RATE,
            silent_percent: percent(peaks.into_iter().map(|peak| peak <= SILENT)),
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, black_percent, still_seconds, silent_percent, longest_gap } = self;
        let word = if reason.is_some() { "alert" } else { "loops" };
        write!(
            formatter,
            "{word}  {black_percent:3}% black  {still_seconds:4.1} s still  {silent_percent:3}% silent  \
             {:3} ms gap",
            longest_gap.as_millis(),
        )?;
        reason.iter().try_for_each(|reason| write!(formatter, "  ({reason})"))
    }
}

/// Each picture's blocks.
async fn pictures(path: &Path, seconds: f64) -> Vec<u8> {
    let until = (seconds - 0.5).to_string();
    let path = path.to_str().unwrap();
    let filter = format!("scale={}:{}:flags=area,format=gray", BLOCKS.0, BLOCKS.1);
    let input = ["-t", &until, "-i", path, "-map", "0:v"];
    let output = ["-vf", &filter, "-f", "rawvideo", "-"];
    tools::ffmpeg(input.into_iter().chain(output)).await
}

/// The highest sample of each tenth of a second.
async fn peaks(path: &Path, seconds: f64) -> Vec<u16> {
    let until = (seconds - 0.5).to_string();
    let path = path.to_str().unwrap();
    let arguments = ["-t", &until, "-i", path, "-map", "0:a", "-ac", "1", "-f", "s16le", "-"];
    let samples = tools::ffmpeg(arguments).await;
    let loudness = |it: &[u8]| i16::from_le_bytes([it[0], it[1]]).unsigned_abs();
    let windows = samples.chunks(2 * 4_800);
    windows.map(|window| window.chunks_exact(2).map(loudness).max().unwrap_or(0)).collect()
}

fn longest_run(which: impl Iterator<Item = bool>) -> u32 {
    let runs = which.scan(0, |run, it| {
        *run = if it { *run + 1 } else { 0 };
        Some(*run)
    });
    runs.max().unwrap_or(0)
}

fn percent(which: impl ExactSizeIterator<Item = bool>) -> usize {
    let all = which.len();
    which.filter(|it| *it).count() * 100 / all.max(1)
}

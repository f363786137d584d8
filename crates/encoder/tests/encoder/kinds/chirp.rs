//! A tone that carries its time: its frequency rises with every second. So each hundredth of a
//! second of received sound tells which moment of the source it is.

use std::path::Path;

use crate::tools;

/// The frequency at the source's beginning, and by how much it rises a second.
const START: f64 = 500.0;
const RISE: f64 = 1_000.0;
const RATE: u32 = 48_000;
/// A hundredth of a second.
const STEP: usize = 480;
pub(super) const STEP_SECONDS: f64 = 0.01;
/// The peak below which there is silence. The tone's is 0.3 of the full scale.
const QUIET: u16 = 500;

/// A hundredth of a second of received sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Heard {
    Silence,
    /// The source's time at the middle of it.
    Tone(f64),
    /// Sound without one clear frequency, as where two passes meet.
    Other,
}

/// ffmpeg's source of the tone.
pub(super) fn source() -> String {
    format!("aevalsrc=0.3*sin(2*PI*({START}*t+{RISE}/2*t*t)):s={RATE}")
}

/// All sound of a recording.
pub(super) async fn read(path: &Path, seconds: f64) -> Vec<Heard> {
    let (path, until) = (path.to_str().unwrap(), seconds.to_string());
    let arguments = ["-t", &until, "-i", path, "-map", "0:a", "-ac", "1", "-f", "s16le", "-"];
    let bytes = tools::ffmpeg(arguments).await;
    let sound: Vec<_> =
        bytes.chunks_exact(2).map(|it| i16::from_le_bytes([it[0], it[1]])).collect();
    (0..sound.len() / STEP).map(|step| heard(&sound, step * STEP)).collect()
}

fn heard(sound: &[i16], at: usize) -> Heard {
    let own = &sound[at..at + STEP];
    if own.iter().all(|sample| sample.unsigned_abs() < QUIET) {
        return Heard::Silence;
    }
    // Half a step more on both sides: more waves to measure.
    let from = at.saturating_sub(STEP / 2);
    let wide = &sound[from..sound.len().min(at + STEP + STEP / 2)];
    tone(wide, f64::from(u32::try_from(at - from + STEP / 2).unwrap()))
        .map_or(Heard::Other, Heard::Tone)
}

/// The source's time at the sample `middle`, by the lengths of the waves around it.
fn tone(sound: &[i16], middle: f64) -> Option<f64> {
    let crossings: Vec<_> = (0_u32..).zip(sound.windows(2)).filter_map(rising).collect();
    let waves: Vec<_> = crossings.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (first, last) = (crossings.first()?, crossings.last()?);
    let count = f64::from(u32::try_from(waves.len()).unwrap());
    let mean = (last - first) / count;
    let even = waves.iter().all(|wave| (wave - mean).abs() < mean / 5.0);
    let frequency = f64::from(RATE) / mean;
    let ahead = (middle - f64::midpoint(*first, *last)) / f64::from(RATE);
    (even && count > 3.0).then(|| (frequency - START) / RISE + ahead)
}

/// Where between two samples the sound rises through zero.
fn rising((at, pair): (u32, &[i16])) -> Option<f64> {
    let [before, after] = [f64::from(pair[0]), f64::from(pair[1])];
    (before < 0.0 && after >= 0.0).then(|| f64::from(at) - before / (after - before))
}

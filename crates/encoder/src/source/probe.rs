//! Reads the source's headers and its first packets with ffprobe.

use std::collections::BTreeSet;

use serde::Deserialize;
use url::Url;

use super::{AudioTrack, PROTOCOLS, Source, options, without_secrets};
use crate::error::Error;
use crate::error_output;
use crate::program::Programs;

/// Streams up to this height are standard definition, which BT.601 describes.
const STANDARD_DEFINITION: u32 = 576;

/// What ffprobe shows. Only the first packets tell whether a stream is encrypted, not its codec tag
/// (measured with 5.1).
const ENTRIES: &str = "stream=index,codec_type,width,height,color_space,field_order,avg_frame_rate,start_time,duration,nb_frames\
                       :stream_disposition=default,attached_pic:stream_tags=language:stream_side_data=rotation\
                       :format=start_time,size:packet=stream_index:packet_side_data=side_data_type";
const FIRST_PACKETS: &str = "%+#40";

/// Reads the source's headers.
///
/// ffprobe's command line shows the whole address to other users of this machine while it runs; no
/// other command does. A playlist on standard input, as ffmpeg gets, would hide it. But through the
/// concat demuxer ffprobe shows neither colours nor cover pictures (5.1).
///
/// # Errors
/// [`Error::Source`] when the source cannot be read, is encrypted or has no picture.
pub(crate) async fn probe(programs: &Programs, url: &Url) -> Result<Source, Error> {
    let mut ffprobe = programs.ffprobe();
    ffprobe.args(["-v", "error", "-of", "json", "-show_entries", ENTRIES]);
    ffprobe.args(["-read_intervals", FIRST_PACKETS]);
    ffprobe.args(["-protocol_whitelist", PROTOCOLS, "-f", "mov"]);
    for (option, value) in options(url) {
        ffprobe.arg(format!("-{option}")).arg(value);
    }
    ffprobe.arg("-i").arg(url.as_str());
    let output = ffprobe.output().await.map_err(|error| Programs::missing(&ffprobe, error))?;
    let unreadable = |reason: String| {
        let url = without_secrets(url);
        let reason = reason.trim_start_matches(&format!("{url}: ")).to_owned();
        Error::Source { reason, url }
    };
    if !output.status.success() {
        let complaint = error_output::read(&output.stderr[..], Some(url)).await.last;
        return Err(unreadable(complaint.unwrap_or_else(|| output.status.to_string())));
    }
    let output: Probed = serde_json::from_slice(&output.stdout)
        .map_err(|error| unreadable(format!("ffprobe's answer is not JSON: {error}")))?;
    output.choose().map_err(|reason| unreadable(reason.to_owned()))
}

#[derive(Debug, Deserialize)]
pub(super) struct Probed {
    #[serde(default)]
    packets: Vec<Packet>,
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Deserialize)]
struct Packet {
    stream_index: Option<usize>,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Debug, Default, Deserialize)]
struct SideData {
    side_data_type: Option<String>,
    rotation: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
struct Format {
    start_time: Option<String>,
    size: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Stream {
    index: usize,
    codec_type: Option<String>,
    #[serde(default)]
    width: u32,
    #[serde(default)]
    height: u32,
    color_space: Option<String>,
    field_order: Option<String>,
    avg_frame_rate: Option<String>,
    start_time: Option<String>,
    duration: Option<String>,
    nb_frames: Option<String>,
    #[serde(default)]
    side_data_list: Vec<SideData>,
    disposition: Disposition,
    #[serde(default)]
    tags: Tags,
}

/// A cover picture is a video stream too, with one frame.
#[derive(Debug, Deserialize)]
struct Disposition {
    attached_pic: u8,
    #[serde(default)]
    default: u8,
}

#[derive(Debug, Default, Deserialize)]
struct Tags {
    language: Option<String>,
}

impl Probed {
    /// The source, or why it cannot be played.
    pub(super) fn choose(&self) -> Result<Source, &'static str> {
        let of = |kind: &'static str| {
            self.streams.iter().filter(move |stream| {
                stream.codec_type.as_deref() == Some(kind) && stream.disposition.attached_pic == 0
            })
        };
        let video = of("video").next().ok_or("it has no video stream")?;
        let encrypted = self.encrypted();
        if encrypted.contains(&video.index) {
            return Err("it is encrypted; give a file without DRM");
        }
        let start = seconds(self.format.start_time.as_deref()).unwrap_or(0);
        let audio = of("audio").map(|stream| AudioTrack {
            stream: stream.index,
            language: stream.tags.language.clone().unwrap_or_else(|| "und".to_owned()),
            default: stream.disposition.default != 0,
            end: stream.end(start),
            encrypted: encrypted.contains(&stream.index),
        });
        Ok(Source {
            video: video.index,
            size: video.size(),
            frame_rate: video.avg_frame_rate.as_deref().and_then(ratio),
            interlaced: video.field_order.as_deref() != Some("progressive"),
            matrix: video.matrix(),
            video_end: video.end(start),
            audio: audio.collect(),
            bytes: self.format.size.clone(),
        })
    }

    fn encrypted(&self) -> BTreeSet<usize> {
        let encrypted = self.packets.iter().filter(|packet| {
            let kinds = packet.side_data_list.iter().filter_map(|it| it.side_data_type.as_deref());
            kinds.into_iter().any(|kind| kind == "Encryption info")
        });
        encrypted.filter_map(|packet| packet.stream_index).collect()
    }
}

impl Stream {
    fn size(&self) -> (u32, u32) {
        let turned = self.side_data_list.iter().filter_map(|data| data.rotation);
        let turned =
            turned.into_iter().any(|degrees| (45.0..135.0).contains(&degrees.rem_euclid(180.0)));
        if turned { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// When it ends, counted from the file's first timestamp. `None` for a fragmented file, whose
    /// head only promises a length: it lists no frames.
    fn end(&self, start: i64) -> Option<i64> {
        self.nb_frames.as_ref()?;
        let begins = seconds(self.start_time.as_deref()).unwrap_or(start);
        seconds(self.duration.as_deref())
            .map(|duration| begins.saturating_sub(start).saturating_add(duration))
    }

    /// The scaler treats untagged pictures as standard definition, which falsifies the colours of
    /// others.
    fn matrix(&self) -> &'static str {
        match self.color_space.as_deref() {
            Some(tagged) if tagged != "unknown" => "auto",
            _ if (1..=STANDARD_DEFINITION).contains(&self.height) => "bt601",
            _ => "bt709",
        }
    }
}

/// Nanoseconds of `12.345678`.
#[expect(clippy::cast_possible_truncation, reason = "a saturating cast of a time")]
fn seconds(text: Option<&str>) -> Option<i64> {
    text?.parse::<f64>().ok().map(|seconds| (seconds * 1e9).round() as i64)
}

/// `30000/1001`; ffprobe prints `0/0` for an unknown rate.
fn ratio(text: &str) -> Option<f64> {
    let (numerator, denominator) = text.split_once('/')?;
    let rate = numerator.parse::<f64>().ok()? / denominator.parse::<f64>().ok()?;
    (rate.is_finite() && rate > 0.0).then_some(rate)
}

#[cfg(test)]
mod tests;

//! Probes the source with ffprobe before playing it, and chooses its streams.

use serde::Deserialize;
use url::Url;

use crate::error::Error;
use crate::error_output::last_line;
use crate::playlist;
use crate::program::Programs;

/// The protocols that may reach a source; none of them reads local files.
pub(crate) const PROTOCOLS: &str = "http,https,httpproxy,tls,tcp";

/// Streams up to this height are standard definition, which BT.601 describes.
const STANDARD_DEFINITION: u32 = 576;

/// The streams to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// The first video stream's index.
    pub(crate) video: usize,
    /// The first audio stream's index; without one the source plays with silence.
    pub(crate) audio: Option<usize>,
    /// The source's colour matrix, as ffmpeg's scaler names it.
    pub(crate) matrix: &'static str,
}

/// Parses an address that ffmpeg may read.
pub(crate) fn parse_address(source: &str) -> Result<Url, Error> {
    let url = Url::parse(source).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| Error::Address {
        url: Url::parse(source).map_or_else(|_| source.to_owned(), |url| without_secrets(&url)),
    })
}

/// The address without credentials and query, which may hold a signature: safe to show.
#[must_use]
pub fn without_secrets(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail only for addresses without credentials.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

/// Reads the source's headers.
///
/// ffprobe's command line shows the whole address to other users of this machine while it runs; no
/// other command does. A playlist on standard input, as ffmpeg gets, would hide it. But through the
/// concat demuxer ffprobe shows neither colours nor cover pictures (5.1).
pub(crate) async fn probe(programs: &Programs, url: &Url) -> Result<Source, Error> {
    let mut ffprobe = programs.ffprobe();
    ffprobe
        .args(["-v", "error", "-of", "json", "-show_entries"])
        .arg("stream=index,codec_type,height,color_space:stream_disposition=attached_pic");
    ffprobe.args(["-protocol_whitelist", PROTOCOLS, "-f", "mov"]);
    for (option, value) in playlist::options(url) {
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
        let last_line = last_line(&output.stderr[..], Some(url)).await;
        return Err(unreadable(last_line.unwrap_or_else(|| output.status.to_string())));
    }
    let output: ProbeOutput = serde_json::from_slice(&output.stdout)
        .map_err(|error| unreadable(format!("ffprobe's answer is not JSON: {error}")))?;
    output.choose().ok_or_else(|| unreadable("it has no video stream".to_owned()))
}

#[derive(Debug, Deserialize)]
struct ProbeOutput {
    streams: Vec<Stream>,
}

#[derive(Debug, Deserialize)]
struct Stream {
    index: usize,
    codec_type: Option<String>,
    height: Option<u32>,
    color_space: Option<String>,
    disposition: Disposition,
}

/// A cover picture is a video stream too, with one frame.
#[derive(Debug, Deserialize)]
struct Disposition {
    attached_pic: u8,
}

impl ProbeOutput {
    fn choose(self) -> Option<Source> {
        let is = |stream: &&Stream, kind| {
            stream.codec_type.as_deref() == Some(kind) && stream.disposition.attached_pic == 0
        };
        let video = self.streams.iter().find(|it| is(it, "video"))?;
        let audio = self.streams.iter().find(|it| is(it, "audio"));
        Some(Source { video: video.index, audio: audio.map(|it| it.index), matrix: video.matrix() })
    }
}

impl Stream {
    /// The scaler treats untagged pictures as standard definition, which falsifies the colours of
    /// others.
    fn matrix(&self) -> &'static str {
        match (self.color_space.as_deref(), self.height) {
            (Some(tagged), _) if tagged != "unknown" => "auto",
            (_, Some(height)) if height <= STANDARD_DEFINITION => "bt601",
            _ => "bt709",
        }
    }
}

#[cfg(test)]
mod tests;

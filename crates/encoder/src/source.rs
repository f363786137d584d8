//! What ffprobe finds in the source before it is played. Decides which of its streams are.

use serde::Deserialize;
use url::Url;

use crate::error::Error;
use crate::last_words::last_words;
use crate::playlist;
use crate::program::Programs;

/// What a source may be reached by: nothing that reads this machine's files.
pub(crate) const PROTOCOLS: &str = "http,https,httpproxy,tls,tcp";

/// Streams up to this height are standard definition, which BT.601 describes.
const STANDARD_DEFINITION: u32 = 576;

/// What there is to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// The first video stream's index.
    pub(crate) video: usize,
    /// The first audio stream's index; without one it is played with silence.
    pub(crate) audio: Option<usize>,
    /// What its colours are coded with, as ffmpeg's scaler calls it.
    pub(crate) matrix: &'static str,
}

/// An address that ffmpeg may be sent to.
pub(crate) fn address(source: &str) -> Result<Url, Error> {
    let url = Url::parse(source).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| Error::Address {
        url: Url::parse(source).map_or_else(|_| source.to_owned(), |url| without_secrets(&url)),
    })
}

/// The address as it may be shown: a signed one would let its reader in.
#[must_use]
pub fn without_secrets(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail for addresses that cannot hold credentials.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

/// Reads the source's headers.
///
/// For this moment the whole address is on a command line, which other users of this machine can
/// see; nothing else takes it there. A playlist on the standard input, as ffmpeg gets, would keep
/// it off, but through the concat demuxer neither the colours nor what is a cover picture can be
/// seen (5.1).
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
        let words = last_words(&output.stderr[..], Some(url)).await;
        return Err(unreadable(words.unwrap_or_else(|| output.status.to_string())));
    }
    let found: Found = serde_json::from_slice(&output.stdout)
        .map_err(|error| unreadable(format!("ffprobe's answer is no JSON: {error}")))?;
    found.choose().ok_or_else(|| unreadable("it has no video stream".to_owned()))
}

#[derive(Debug, Deserialize)]
struct Found {
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

impl Found {
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
    /// The scaler takes untagged pictures for standard definition, which turns the colours of all
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

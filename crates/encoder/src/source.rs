//! Probes the source with ffprobe before playing it, and chooses its streams.

use url::Url;

use crate::error::Error;
use crate::{Track, language};

mod probe;

pub(crate) use probe::probe;

/// The protocols that may reach a source; none of them reads local files.
pub(crate) const PROTOCOLS: &str = "http,https,httpproxy,tls,tcp";

/// The source, as its headers describe it. Times count in nanoseconds from the file's first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Source {
    /// The picture's stream: the first that is no cover.
    pub(crate) video: usize,
    /// Pixels, as shown: a rotation is applied.
    pub(crate) size: (u32, u32),
    /// Frames per second on average.
    pub(crate) frame_rate: Option<f64>,
    /// Whether the picture may be interlaced.
    pub(crate) interlaced: bool,
    /// The colour matrix, as ffmpeg's scaler names it.
    pub(crate) matrix: &'static str,
    /// The end of the picture.
    pub(crate) video_end: Option<i64>,
    /// The audio tracks in the file's order.
    pub(crate) audio: Vec<AudioTrack>,
    /// The file's size, to notice that it was replaced.
    pub(crate) bytes: Option<String>,
}

/// An audio track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AudioTrack {
    /// The stream's index.
    pub(crate) stream: usize,
    /// ISO 639-2 code; `und` is unknown.
    pub(crate) language: String,
    /// Whether the file marks it as the one to play.
    pub(crate) default: bool,
    /// The end of the sound.
    pub(crate) end: Option<i64>,
    /// It cannot be decoded without a key.
    pub(crate) encrypted: bool,
}

impl Source {
    /// The tracks to try, the best one first.
    ///
    /// A file that marks a track as the one to play is believed before the order of its tracks, as
    /// players do.
    pub(crate) fn tracks(&self, wanted: &Track) -> Vec<&AudioTrack> {
        let mut tracks: Vec<_> = self.audio.iter().collect();
        tracks.sort_by_key(|track| !track.default);
        match wanted {
            Track::First => {}
            Track::Number(number) => {
                tracks = number
                    .checked_sub(1)
                    .and_then(|index| self.audio.get(index))
                    .into_iter()
                    .collect();
            }
            Track::Language { code, strict } => {
                let code = language::descriptor(code);
                tracks.sort_by_key(|track| language::descriptor(&track.language) != code);
                if *strict {
                    tracks.retain(|track| language::descriptor(&track.language) == code);
                }
            }
        }
        tracks
    }

    /// The length of the longer of the picture and of the best track.
    pub(crate) fn end(&self, wanted: Option<&Track>) -> Option<i64> {
        let track = wanted.and_then(|wanted| self.tracks(wanted).first().map(|track| track.end));
        [Some(self.video_end), track].into_iter().flatten().max().flatten()
    }
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

/// Options for every opening of the source: a server that sends nothing for ten seconds has failed,
/// a broken connection is reopened, and the server's certificate is checked.
pub(crate) fn options(source: &Url) -> Vec<(&'static str, String)> {
    let http = [("rw_timeout", "10000000"), ("reconnect", "1"), ("reconnect_delay_max", "4")];
    let mut options = http.map(|(option, value)| (option, value.to_owned())).to_vec();
    if source.scheme() == "https" {
        options.push(("tls_verify", "1".to_owned()));
        // An ffmpeg with OpenSSL has no built-in certificate authorities.
        let authorities = openssl_probe::probe().cert_file;
        options.extend(authorities.map(|file| ("ca_file", file.to_string_lossy().into_owned())));
    }
    options
}

/// A playlist for ffmpeg's concat demuxer with the source as its only file.
///
/// It goes through standard input and keeps the address, which may hold a signature, off the
/// command line. The demuxer moves the file's first timestamp to zero.
pub(crate) fn playlist(source: &Url) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let file = format!("ffconcat version 1.0\nfile {}\n", quoted(source.as_str()));
    let options = options(source).into_iter();
    let options = options.map(|(option, value)| format!("option {option} {}\n", quoted(&value)));
    file + &options.collect::<String>()
}

#[cfg(test)]
mod tests;

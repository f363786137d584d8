//! The encoder behind a RUNNING pipeline: what it is asked to do, and what it tells back.
//!
//! Knows ffmpeg, MPEG-TS and RTP. Knows nothing of channels, states, HTTP or events: the control plane turns a
//! channel's settings into a [`Job`], and what happens to the pipeline into states.
//!
//! One ffmpeg loops and decodes, another encodes; between them this process passes the pictures on, or fill frames while
//! there are none, so that the stream never breaks. It comes back as a transport stream of constant bitrate through a pipe,
//! and this process sends it. The pipe does three things at once: it holds ffmpeg to real time, it takes ffmpeg along when
//! this process dies, and it leaves RTP to us (ffmpeg's own would open an RTCP port as well).

use std::net::SocketAddr;

mod command;
mod decoder;
mod encoding;
mod error;
mod feed;
mod lag;
mod language;
mod last_words;
mod network;
mod pipeline;
mod playlist;
mod program;
mod rate;
mod relay;
mod rtp;
mod schedule;
mod socket;
mod source;
mod status;
mod test_clip;
mod thumbnail;

pub use error::Error;
pub(crate) use pipeline::joined;
pub use pipeline::{Pipeline, start};
pub use program::{Version, check};
pub(crate) use source::without_secrets;
pub use status::{Cause, Counters, Status};
pub use test_clip::make_test_clip;
pub use thumbnail::{Thumbnail, Thumbnails};

/// What one pipeline plays, how it is encoded and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// `http://`, `https://` URL of the MP4; read in an endless loop.
    pub source: String,
    /// The picture.
    pub video: Video,
    /// The sound. Stereo AAC-LC.
    pub audio: Audio,
    /// Where the transport stream goes.
    pub destination: Destination,
}

/// H.264 settings of the one video description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second as numerator and denominator.
    pub frame_rate: (u32, u32),
    /// Bits per second: the constant rate with [`RateControl::Cbr`], the ceiling with [`RateControl::Qvbr`].
    pub bitrate: u32,
    /// How the bitrate is spent.
    pub rate_control: RateControl,
    /// Frames from one keyframe to the next.
    pub gop_frames: u32,
    /// B frames between two reference frames.
    pub b_frames: u32,
    /// Reference frames.
    pub reference_frames: u32,
    /// H.264 profile.
    pub profile: Profile,
    /// CABAC when true, CAVLC when false.
    pub cabac: bool,
}

/// H.264 profiles that LILO's settings can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// BASELINE.
    Baseline,
    /// MAIN.
    Main,
    /// HIGH.
    High,
}

/// How the video bitrate is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateControl {
    /// The same number of bits every second.
    Cbr,
    /// As many bits as the quality needs, up to the bitrate.
    Qvbr,
}

/// AAC settings of the one audio description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Bits per second.
    pub bitrate: u32,
    /// Samples per second.
    pub sample_rate: u32,
    /// ISO 639 code for the transport stream's language descriptor.
    pub language: String,
}

/// Where a pipeline's transport stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination {
    /// RTP header or bare UDP.
    pub protocol: Protocol,
    /// Unicast or multicast address.
    pub address: SocketAddr,
}

/// How the transport stream is put on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 2250 in RTP, payload type 33.
    Rtp,
    /// Seven transport packets in a datagram.
    Udp,
}

//! A pipeline's job.

use std::net::SocketAddr;

/// What one pipeline plays, how it encodes it and where it sends it.
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

impl Job {
    /// The job of LILO's channel with default settings, for tests.
    #[must_use]
    pub fn sample(source: String, address: SocketAddr) -> Self {
        Self {
            source,
            video: Video {
                width: 1920,
                height: 1080,
                frame_rate: (25, 1),
                bitrate: 10_000_000,
                rate_control: RateControl::Cbr,
                gop_frames: 50,
                b_frames: 2,
                reference_frames: 1,
                profile: Profile::Main,
                cabac: false,
            },
            audio: Audio { bitrate: 96_000, sample_rate: 48_000, language: "fr".to_owned() },
            destination: Destination { protocol: Protocol::Rtp, address },
        }
    }
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
    /// Bits per second: the constant rate with [`RateControl::Cbr`], the ceiling with
    /// [`RateControl::Qvbr`].
    pub bitrate: u32,
    /// Constant or capped variable bitrate.
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

/// Constant or capped variable bitrate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateControl {
    /// Constant: the same number of bits every second.
    Cbr,
    /// Variable: as many bits as the quality needs, up to the bitrate.
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

/// How the transport stream is packed into datagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 2250 in RTP, payload type 33.
    Rtp,
    /// Seven transport packets in a datagram.
    Udp,
}

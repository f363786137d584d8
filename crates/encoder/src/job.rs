//! A pipeline's job.

use std::net::SocketAddr;
use std::time::Duration;

/// What one pipeline plays, how it encodes it and where it sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// `http://` or `https://` URL of the MP4.
    pub source: String,
    /// What follows the end of the source.
    pub source_end: SourceEnd,
    /// What is sent while there is no picture to play.
    pub input_loss: InputLoss,
    /// The picture.
    pub video: Video,
    /// The sound; without it the transport stream has the picture alone.
    pub audio: Option<Audio>,
    /// The transport stream's numbers.
    pub program: Program,
    /// Where the transport stream goes.
    pub destination: Destination,
}

impl Job {
    /// The job of LILO's channel with default settings, for tests.
    #[must_use]
    pub fn sample(source: String, address: SocketAddr) -> Self {
        Self {
            source,
            source_end: SourceEnd::Loop,
            input_loss: InputLoss::default(),
            video: Video {
                width: Some(1920),
                height: Some(1080),
                frame_rate: Some((25, 1)),
                bitrate: 10_000_000,
                rate_control: RateControl::Cbr,
                gop: Gop::Frames(50),
                b_frames: 2,
                reference_frames: 1,
                profile: Profile::Main,
                cabac: false,
            },
            audio: Some(Audio {
                track: Track::First,
                bitrate: 96_000,
                sample_rate: 48_000,
                language: Some("fr".to_owned()),
            }),
            program: Program::default(),
            destination: Destination { protocol: Protocol::Rtp, address },
        }
    }
}

/// What follows the end of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceEnd {
    /// The source, again and again.
    Loop,
    /// What [`InputLoss`] says, for ever.
    Continue,
}

/// What is sent while there is no picture to play: the last picture, then black, then a colour.
/// Always with silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputLoss {
    /// How long the last picture is repeated.
    pub repeat: Duration,
    /// How long black is sent afterwards.
    pub black: Duration,
    /// Red, green and blue of what is sent after that.
    pub color: [u8; 3],
}

impl Default for InputLoss {
    /// Black at once. MediaLive's own defaults are not published.
    fn default() -> Self {
        Self { repeat: Duration::ZERO, black: Duration::ZERO, color: [0; 3] }
    }
}

/// H.264 settings of the one video description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// Pixels; `None` is the source's.
    pub width: Option<u32>,
    /// Pixels; `None` is the source's.
    pub height: Option<u32>,
    /// Frames per second as numerator and denominator; `None` is the source's.
    pub frame_rate: Option<(u32, u32)>,
    /// Bits per second: the constant rate with [`RateControl::Cbr`], the ceiling with
    /// [`RateControl::Qvbr`].
    pub bitrate: u32,
    /// Constant or capped variable bitrate.
    pub rate_control: RateControl,
    /// From one keyframe to the next.
    pub gop: Gop,
    /// B frames between two reference frames.
    pub b_frames: u32,
    /// Reference frames.
    pub reference_frames: u32,
    /// H.264 profile.
    pub profile: Profile,
    /// CABAC when true, CAVLC when false.
    pub cabac: bool,
}

/// The distance from one keyframe to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gop {
    /// In frames.
    Frames(u32),
    /// In time, rounded to frames.
    Time(Duration),
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
    Qvbr {
        /// From 1 to 10, the best.
        quality: u8,
    },
}

/// AAC settings of the one audio description. Stereo AAC-LC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Which of the source's audio tracks.
    pub track: Track,
    /// Bits per second.
    pub bitrate: u32,
    /// Samples per second.
    pub sample_rate: u32,
    /// ISO 639 code for the transport stream's language descriptor; `None` is the source's.
    pub language: Option<String>,
}

/// Chooses one of the source's audio tracks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Track {
    /// The first that can be decoded.
    First,
    /// This one, counted from 1.
    Number(usize),
    /// The first in this language.
    Language {
        /// ISO 639 code.
        code: String,
        /// Silence if there is none; otherwise as with [`Track::First`].
        strict: bool,
    },
}

/// The transport stream's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program's number.
    pub number: u16,
    /// The transport stream's id.
    pub transport_stream_id: u16,
    /// The PID of the program map table.
    pub pmt_pid: u16,
    /// The picture's PID.
    pub video_pid: u16,
    /// The sound's PID.
    pub audio_pid: u16,
}

impl Default for Program {
    /// What MediaLive's console sends for a new output. What MediaLive sends for an output without
    /// these settings is not published.
    fn default() -> Self {
        Self { number: 1, transport_stream_id: 1, pmt_pid: 480, video_pid: 481, audio_pid: 482 }
    }
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

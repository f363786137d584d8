//! The encoder behind a RUNNING pipeline.
//!
//! Knows ffmpeg, MPEG-TS and RTP, but nothing of channels, states, HTTP or events. The emulated
//! MediaLive turns a channel's settings into a [`Job`], and a pipeline's [`Status`] into states.
//!
//! Each pass of the source has an ffmpeg that decodes its picture and one that decodes its sound;
//! another ffmpeg encodes, for the whole life of a pipeline. Between them this process owns the time
//! line: it lays pass after pass on it, or fill frames when there is nothing to play, so that the
//! stream never breaks. The encoder returns a transport stream of constant bitrate through a pipe,
//! and this process sends it. The pipe holds ffmpeg to real time and ends ffmpeg when this process
//! dies. It also leaves RTP to us: ffmpeg would open an RTCP port as well.

mod command;
mod decoding;
mod encoding;
mod error;
mod error_output;
mod feed;
mod format;
mod job;
mod lag;
mod language;
mod network;
mod pipeline;
mod program;
mod rate;
mod relay;
mod remux;
mod rtp;
mod schedule;
mod socket;
mod source;
mod status;
mod tap;
mod test_clip;
mod thumbnail;

pub use error::Error;
pub use job::{
    Audio, Destination, Gop, InputLoss, Job, Profile, Program, Protocol, RateControl, SourceEnd,
    Track, Video,
};
pub use pipeline::{Pipeline, joined, start};
pub use program::{Version, check};
pub use remux::Mp4;
pub use source::without_secrets;
pub use status::{Cause, Counters, Problems, Status};
pub use tap::Tap;
pub use test_clip::make_test_clip;
pub use thumbnail::{Thumbnail, Thumbnails};

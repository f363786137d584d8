//! The encoder behind a RUNNING pipeline: what it is asked to do, and what it tells back.
//!
//! Knows ffmpeg, MPEG-TS and RTP. Knows nothing of channels, states, HTTP or events: the emulated
//! MediaLive turns a channel's settings into a [`Job`], and a pipeline's [`Status`] into states.
//!
//! One ffmpeg loops and decodes, another encodes; between them this process passes the pictures on,
//! or fill frames while there are none, so that the stream never breaks. It comes back as a
//! transport stream of constant bitrate through a pipe, and this process sends it. The pipe does
//! three things at once: it holds ffmpeg to real time, it takes ffmpeg along when this process
//! dies, and it leaves RTP to us (ffmpeg's own would open an RTCP port as well).

mod command;
mod decoder;
mod encoding;
mod error;
mod feed;
mod job;
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
pub use job::{Audio, Destination, Job, Profile, Protocol, RateControl, Video};
pub use pipeline::{Pipeline, joined, start};
pub use program::{Version, check};
pub use source::without_secrets;
pub use status::{Cause, Counters, Status};
pub use test_clip::make_test_clip;
pub use thumbnail::{Thumbnail, Thumbnails};

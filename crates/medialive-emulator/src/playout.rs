//! Plays started channels: their pipelines play jobs, and report alerts and states.

mod ffmpeg;
pub(crate) mod job;
pub(crate) mod pipeline;

pub(crate) use ffmpeg::Ffmpeg;

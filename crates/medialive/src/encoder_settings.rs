//! The encoder settings of LILO's channels: one 1080p25 H.264 video, one stereo AAC audio, one RTP
//! or UDP output.
//!
//! The values are LILO's own, setting by setting; tests/golden holds them, and what differs there
//! names its decision record.

mod audio;
mod output;
mod video;

use aws_sdk_medialive::types::{EncoderSettings, TimecodeConfig, TimecodeConfigSource};

use crate::ChannelSpec;

pub(crate) use output::destination;

/// The name of the one video description.
const VIDEO: &str = "video_8o4zbm";
/// The name of the one audio description.
const AUDIO: &str = "audio_hh29n";

/// The settings for `spec`.
pub(crate) fn build(spec: &ChannelSpec) -> EncoderSettings {
    let timecode = TimecodeConfig::builder().source(TimecodeConfigSource::Systemclock);
    EncoderSettings::builder()
        .video_descriptions(video::description(spec))
        .audio_descriptions(audio::description(&spec.audio_language))
        .output_groups(output::group())
        .timecode_config(timecode.build())
        .build()
}

//! The video description: 1920x1080, 25 frames a second, H.264 Main.

use aws_sdk_medialive::types::{
    AfdSignaling, H264AdaptiveQuantization, H264ColorMetadata, H264EntropyEncoding, H264FlickerAq,
    H264ForceFieldPictures, H264FramerateControl, H264GopBReference, H264GopSizeUnits, H264Level,
    H264LookAheadRateControl, H264ParControl, H264Profile, H264RateControlMode, H264ScanType,
    H264SceneChangeDetect, H264Settings, H264SpatialAq, H264SubGopLength, H264Syntax,
    H264TemporalAq, H264TimecodeInsertionBehavior, VideoCodecSettings, VideoDescription,
    VideoDescriptionRespondToAfd, VideoDescriptionScalingBehavior, builders::H264SettingsBuilder,
};

use super::VIDEO;
use crate::{ChannelSpec, RateControl};

/// MediaLive recommends 8 to 10 for a large screen (user guide, "QVBR").
const QVBR_QUALITY_LEVEL: i32 = 8;

pub(super) fn description(spec: &ChannelSpec) -> VideoDescription {
    let h264 = rate(gop(picture()), spec).build();
    VideoDescription::builder()
        .name(VIDEO)
        .width(1920)
        .height(1080)
        .sharpness(50)
        .respond_to_afd(VideoDescriptionRespondToAfd::None)
        .scaling_behavior(VideoDescriptionScalingBehavior::Default)
        .codec_settings(VideoCodecSettings::builder().h264_settings(h264).build())
        .build()
}

fn picture() -> H264SettingsBuilder {
    H264Settings::builder()
        .profile(H264Profile::Main)
        .level(H264Level::H264LevelAuto)
        .entropy_encoding(H264EntropyEncoding::Cavlc)
        .syntax(H264Syntax::Default)
        .scan_type(H264ScanType::Progressive)
        .force_field_pictures(H264ForceFieldPictures::Disabled)
        .framerate_control(H264FramerateControl::Specified)
        .framerate_numerator(25)
        .framerate_denominator(1)
        .par_control(H264ParControl::Specified)
        .color_metadata(H264ColorMetadata::Insert)
        .afd_signaling(AfdSignaling::None)
        .timecode_insertion(H264TimecodeInsertionBehavior::Disabled)
}

fn gop(settings: H264SettingsBuilder) -> H264SettingsBuilder {
    settings
        .gop_size(50.0)
        .gop_size_units(H264GopSizeUnits::Frames)
        .gop_closed_cadence(1)
        .gop_num_b_frames(2)
        .gop_b_reference(H264GopBReference::Disabled)
        .subgop_length(H264SubGopLength::Fixed)
        .num_ref_frames(1)
        .scene_change_detect(H264SceneChangeDetect::Enabled)
}

fn rate(settings: H264SettingsBuilder, spec: &ChannelSpec) -> H264SettingsBuilder {
    let settings = settings
        .adaptive_quantization(H264AdaptiveQuantization::Medium)
        .flicker_aq(H264FlickerAq::Enabled)
        .spatial_aq(H264SpatialAq::Enabled)
        .temporal_aq(H264TemporalAq::Enabled)
        .look_ahead_rate_control(H264LookAheadRateControl::Medium);
    match spec.rate_control {
        RateControl::Cbr => {
            settings.rate_control_mode(H264RateControlMode::Cbr).bitrate(spec.video_bitrate)
        }
        RateControl::Qvbr => settings
            .rate_control_mode(H264RateControlMode::Qvbr)
            .max_bitrate(spec.video_bitrate)
            .qvbr_quality_level(QVBR_QUALITY_LEVEL),
    }
}

//! The encoder settings of LILO's channels: one 1080p25 H.264 video, one stereo AAC audio, one RTP
//! or UDP output.
//!
//! The values are LILO's own, setting by setting; tests/golden holds them, and what differs there
//! names its decision record.

use aws_sdk_medialive::types::{
    AacCodingMode, AacInputType, AacProfile, AacRateControlMode, AacRawFormat, AacSettings,
    AacSpec, AfdSignaling, AudioCodecSettings, AudioDescription, AudioDescriptionAudioTypeControl,
    AudioDescriptionLanguageCodeControl, EncoderSettings, H264AdaptiveQuantization,
    H264ColorMetadata, H264EntropyEncoding, H264FlickerAq, H264ForceFieldPictures,
    H264FramerateControl, H264GopBReference, H264GopSizeUnits, H264Level, H264LookAheadRateControl,
    H264ParControl, H264Profile, H264RateControlMode, H264ScanType, H264SceneChangeDetect,
    H264Settings, H264SpatialAq, H264SubGopLength, H264Syntax, H264TemporalAq,
    H264TimecodeInsertionBehavior, M2tsSettings, Output, OutputDestination,
    OutputDestinationSettings, OutputGroup, OutputGroupSettings, OutputLocationRef, OutputSettings,
    ThumbnailConfiguration, TimecodeConfig, TimecodeConfigSource, UdpContainerSettings,
    UdpGroupSettings, UdpOutputSettings, VideoCodecSettings, VideoDescription,
    VideoDescriptionRespondToAfd, VideoDescriptionScalingBehavior, builders::H264SettingsBuilder,
};

use crate::{ChannelSpec, RateControl};

/// The name of the one video description.
const VIDEO: &str = "video_8o4zbm";
/// The name of the one audio description.
const AUDIO: &str = "audio_hh29n";

/// The destination that the output refers to. Numbers, letters and hyphens only.
const DESTINATION: &str = "app-rtp-output";

/// MediaLive recommends 8 to 10 for a large screen (user guide, "QVBR").
const QVBR_QUALITY_LEVEL: i32 = 8;

/// The settings for `spec`.
pub(crate) fn build(spec: &ChannelSpec) -> EncoderSettings {
    let timecode = TimecodeConfig::builder().source(TimecodeConfigSource::Systemclock);
    EncoderSettings::builder()
        .video_descriptions(video(spec))
        .audio_descriptions(audio(&spec.audio_language))
        .output_groups(output_group())
        .timecode_config(timecode.build())
        // Left out, MediaLive would decide.
        .thumbnail_configuration(
            ThumbnailConfiguration::builder()
                .state(spec.thumbnails.to_string().as_str().into())
                .build(),
        )
        .build()
}

/// 1920x1080, 25 frames a second, H.264 Main.
fn video(spec: &ChannelSpec) -> VideoDescription {
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

/// Stereo AAC-LC, 96 kb/s, 48 kHz.
fn audio(language: &str) -> AudioDescription {
    let aac = AacSettings::builder()
        .profile(AacProfile::Lc)
        .spec(AacSpec::Mpeg4)
        .rate_control_mode(AacRateControlMode::Cbr)
        .bitrate(96_000.0)
        .sample_rate(48_000.0)
        .coding_mode(AacCodingMode::CodingMode20)
        .input_type(AacInputType::Normal)
        .raw_format(AacRawFormat::None)
        .build();
    AudioDescription::builder()
        .name(AUDIO)
        .audio_selector_name(language)
        .audio_type_control(AudioDescriptionAudioTypeControl::FollowInput)
        .language_code(language)
        .language_code_control(AudioDescriptionLanguageCodeControl::UseConfigured)
        .stream_name(stream_name(language))
        .codec_settings(AudioCodecSettings::builder().aac_settings(aac).build())
        .build()
}

/// LILO names its French stream; another language goes by its code. RTP and UDP carry no such name.
fn stream_name(language: &str) -> &str {
    if language == "fr" { "Francais" } else { language }
}

/// The destination with one URL per pipeline.
pub(crate) fn destination(urls: &[String]) -> OutputDestination {
    let settings = urls.iter().map(|url| OutputDestinationSettings::builder().url(url).build());
    OutputDestination::builder().id(DESTINATION).set_settings(Some(settings.collect())).build()
}

/// One transport stream, one destination per pipeline.
fn output_group() -> OutputGroup {
    let udp = UdpGroupSettings::builder().build();
    OutputGroup::builder()
        .name("RtpStream")
        .output_group_settings(OutputGroupSettings::builder().udp_group_settings(udp).build())
        .outputs(output())
        .build()
}

fn output() -> Output {
    let m2ts = M2tsSettings::builder().build();
    let udp = UdpOutputSettings::builder()
        .container_settings(UdpContainerSettings::builder().m2ts_settings(m2ts).build())
        .destination(OutputLocationRef::builder().destination_ref_id(DESTINATION).build())
        .build();
    Output::builder()
        .output_name("video_1080p")
        .video_description_name(VIDEO)
        .audio_description_names(AUDIO)
        .output_settings(OutputSettings::builder().udp_output_settings(udp).build())
        .build()
}

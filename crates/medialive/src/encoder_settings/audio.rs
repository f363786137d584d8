//! The audio description: stereo AAC-LC, 96 kb/s, 48 kHz.

use aws_sdk_medialive::types::{
    AacCodingMode, AacInputType, AacProfile, AacRateControlMode, AacRawFormat, AacSettings,
    AacSpec, AudioCodecSettings, AudioDescription, AudioDescriptionAudioTypeControl,
    AudioDescriptionLanguageCodeControl,
};

use super::AUDIO;

pub(super) fn description(language: &str) -> AudioDescription {
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

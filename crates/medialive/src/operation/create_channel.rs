use aws_sdk_medialive::operation::create_channel::CreateChannelError;
use aws_sdk_medialive::types::{
    AudioSelector, InputAttachment, InputDeblockFilter, InputDenoiseFilter, InputFilter,
    InputSettings, InputSourceEndBehavior, InputSpecification, Smpte2038DataPreference,
    ValidationError,
};
use lilo_lifecycle::channel::Channel;

use super::describe_channel::seen;
use crate::client::creation;
use crate::{ChannelSpec, Error, MediaLive, encoder_settings};

const OPERATION: &str = "CreateChannel";

impl MediaLive {
    /// Creates a channel. The same `token` returns the channel that it made before.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` when the input is attached to another channel.
    pub async fn create_channel(&self, spec: &ChannelSpec, token: &str) -> Result<Channel, Error> {
        let label = || format!("channel {}", spec.name);
        let output = self
            .sdk
            .create_channel()
            .request_id(token)
            .name(&spec.name)
            .channel_class(spec.class.to_string().as_str().into())
            .role_arn(&spec.role_arn)
            .log_level(spec.log_level.to_string().as_str().into())
            .input_specification(input_specification(spec))
            .input_attachments(input_attachment(spec))
            .destinations(encoder_settings::destination(&spec.destinations))
            .encoder_settings(encoder_settings::build(spec))
            .set_tags(Some(spec.tags.clone().into_iter().collect()))
            .customize()
            .config_override(creation())
            .send()
            .await
            .map_err(|error| {
                let violations = match error.as_service_error() {
                    Some(CreateChannelError::UnprocessableEntityException(error)) => {
                        texts(error.validation_errors())
                    }
                    Some(_) | None => Vec::new(),
                };
                Error::sort(OPERATION, label(), error).with_details(&violations)
            })?;
        let channel =
            output.channel.ok_or_else(|| Error::incomplete(OPERATION, label(), "channel"))?;
        seen!(channel).into_domain(OPERATION, &label())
    }
}

/// What a 422 names one by one: `elementPath errorMessage`.
pub(super) fn texts(violations: &[ValidationError]) -> Vec<String> {
    let text = |violation: &ValidationError| {
        let path = violation.element_path().unwrap_or_default();
        format!("{path} {}", violation.error_message().unwrap_or_default()).trim().to_owned()
    };
    violations.iter().map(text).collect()
}

pub(super) fn input_specification(spec: &ChannelSpec) -> InputSpecification {
    InputSpecification::builder()
        .codec(spec.input_codec.to_string().as_str().into())
        .resolution(spec.input_resolution.to_string().as_str().into())
        .maximum_bitrate(spec.input_maximum_bitrate.to_string().as_str().into())
        .build()
}

/// The input, looped, with the audio selector that the audio description refers to: it takes the
/// source's default audio.
pub(super) fn input_attachment(spec: &ChannelSpec) -> InputAttachment {
    let settings = InputSettings::builder()
        .source_end_behavior(InputSourceEndBehavior::Loop)
        .audio_selectors(AudioSelector::builder().name(&spec.audio_language).build())
        .set_caption_selectors(Some(Vec::new()))
        .deblock_filter(InputDeblockFilter::Disabled)
        .denoise_filter(InputDenoiseFilter::Disabled)
        .filter_strength(1)
        .input_filter(InputFilter::Auto)
        .smpte2038_data_preference(Smpte2038DataPreference::Ignore)
        .build();
    InputAttachment::builder()
        .input_id(&spec.input_id)
        .input_attachment_name("lilo_input")
        .input_settings(settings)
        .build()
}

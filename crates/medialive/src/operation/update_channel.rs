use aws_sdk_medialive::operation::update_channel::UpdateChannelError;
use aws_sdk_medialive::operation::update_channel::builders::UpdateChannelFluentBuilder;
use lilo_lifecycle::channel::{self, Channel};

use super::create_channel::{input_attachment, input_specification, texts};
use crate::{ChannelSpec, Error, MediaLive, encoder_settings};

const OPERATION: &str = "UpdateChannel";

impl MediaLive {
    /// Gives channel `id` all of the spec but class and tags. The channel has the spec's class. The
    /// role is sent always: an update without it removes it (API model, UpdateChannel).
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE.
    pub async fn update_channel(&self, id: &str, spec: &ChannelSpec) -> Result<(), Error> {
        let destinations = encoder_settings::destination(&spec.destinations);
        send(id, self.update(id, spec).destinations(destinations)).await
    }

    /// Asks MediaLive whether it would accept [`update_channel`](Self::update_channel) of this
    /// channel, and changes nothing. While the channel has another class than the spec, its
    /// destinations are left out: they would not fit.
    ///
    /// # Errors
    /// [`Error`]; the answer for a channel that is not IDLE is not documented.
    pub async fn validate_update(&self, seen: &Channel, spec: &ChannelSpec) -> Result<(), Error> {
        let mut call = self.update(&seen.id, spec).dry_run(true);
        if seen.class == spec.class {
            call = call.destinations(encoder_settings::destination(&spec.destinations));
        }
        send(&seen.id, call).await
    }

    fn update(&self, id: &str, spec: &ChannelSpec) -> UpdateChannelFluentBuilder {
        self.sdk
            .update_channel()
            .channel_id(id)
            .name(&spec.name)
            .role_arn(&spec.role_arn)
            .log_level(spec.log_level.to_string().as_str().into())
            .input_specification(input_specification(spec))
            .input_attachments(input_attachment(spec))
            .encoder_settings(encoder_settings::build(spec))
    }
}

async fn send(id: &str, call: UpdateChannelFluentBuilder) -> Result<(), Error> {
    call.send().await.map(drop).map_err(|error| {
        let violations = match error.as_service_error() {
            Some(UpdateChannelError::UnprocessableEntityException(error)) => {
                texts(error.validation_errors())
            }
            Some(_) | None => Vec::new(),
        };
        Error::sort(OPERATION, channel::label(id), error).with_details(&violations)
    })
}

use aws_sdk_medialive::operation::update_channel::UpdateChannelError;
use aws_sdk_medialive::operation::update_channel::builders::UpdateChannelFluentBuilder;
use lilo_lifecycle::channel::{self, Channel, ChannelClass};

use super::create_channel::{input_attachment, input_specification, texts};
use crate::{ChannelSpec, Error, MediaLive, encoder_settings};

const OPERATION: &str = "UpdateChannel";

impl MediaLive {
    /// Gives the channel all of the spec but class and tags. The role is sent always: an update without it takes it away (API
    /// model, UpdateChannel). A channel that is still of the single class gets the first destination only.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE.
    pub async fn update_channel(&self, seen: &Channel, spec: &ChannelSpec) -> Result<(), Error> {
        send(&seen.id, self.update(seen, spec)).await
    }

    /// Asks MediaLive whether it would take [`update_channel`](Self::update_channel), and changes nothing.
    ///
    /// # Errors
    /// [`Error`]; what it says to a channel that is not IDLE is not documented.
    pub async fn validate_update(&self, seen: &Channel, spec: &ChannelSpec) -> Result<(), Error> {
        send(&seen.id, self.update(seen, spec).dry_run(true)).await
    }

    fn update(&self, seen: &Channel, spec: &ChannelSpec) -> UpdateChannelFluentBuilder {
        let destinations = match seen.class {
            ChannelClass::SinglePipeline => &spec.destinations[..spec.destinations.len().min(1)],
            ChannelClass::Standard => &spec.destinations,
        };
        self.writing
            .update_channel()
            .channel_id(&seen.id)
            .name(&spec.name)
            .role_arn(&spec.role_arn)
            .log_level(spec.log_level.to_string().as_str().into())
            .input_specification(input_specification(spec))
            .input_attachments(input_attachment(spec))
            .destinations(encoder_settings::destination(destinations))
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

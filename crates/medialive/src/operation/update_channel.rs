use lilo_lifecycle::channel;

use super::create_channel::{input_attachment, input_specification};
use crate::{ChannelSpec, Error, MediaLive, encoder_settings};

impl MediaLive {
    /// Gives channel `id` all of the spec but class and tags. The role is sent always: an update without it takes it away
    /// (API model, UpdateChannel).
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE.
    pub async fn update_channel(&self, id: &str, spec: &ChannelSpec) -> Result<(), Error> {
        let result = self
            .sdk
            .update_channel()
            .channel_id(id)
            .name(&spec.name)
            .role_arn(&spec.role_arn)
            .log_level(spec.log_level.to_string().as_str().into())
            .input_specification(input_specification(spec))
            .input_attachments(input_attachment(spec))
            .destinations(encoder_settings::destination(&spec.destinations))
            .encoder_settings(encoder_settings::build(spec))
            .send()
            .await;
        result.map(drop).map_err(|error| Error::sort("UpdateChannel", channel::label(id), error))
    }
}

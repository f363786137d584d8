use lilo_lifecycle::channel;

use crate::{ChannelSpec, Error, MediaLive, encoder_settings};

impl MediaLive {
    /// Gives channel `id` the spec's class and the destinations that go with it: it goes through UPDATING.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE.
    pub async fn update_channel_class(&self, id: &str, spec: &ChannelSpec) -> Result<(), Error> {
        let result = self
            .writing
            .update_channel_class()
            .channel_id(id)
            .channel_class(spec.class.to_string().as_str().into())
            .destinations(encoder_settings::destination(&spec.destinations))
            .send()
            .await;
        result
            .map(drop)
            .map_err(|error| Error::sort("UpdateChannelClass", channel::label(id), error))
    }
}

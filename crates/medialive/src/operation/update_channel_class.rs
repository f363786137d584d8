use lilo_lifecycle::channel::{self, Channel};

use super::describe_channel::seen;
use crate::{ChannelSpec, Error, MediaLive, encoder_settings};

const OPERATION: &str = "UpdateChannelClass";

impl MediaLive {
    /// Gives channel `id` the spec's class and the destinations that go with it: it goes through
    /// UPDATING. Returns the channel as MediaLive shows it then.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE.
    pub async fn update_channel_class(
        &self,
        id: &str,
        spec: &ChannelSpec,
    ) -> Result<Channel, Error> {
        let label = || channel::label(id);
        let call = self.sdk.update_channel_class().channel_id(id);
        let call = call.channel_class(spec.class.to_string().as_str().into());
        let call = call.destinations(encoder_settings::destination(&spec.destinations));
        let output = call.send().await.map_err(|error| Error::sort(OPERATION, label(), error))?;
        let channel =
            output.channel.ok_or_else(|| Error::incomplete(OPERATION, label(), "channel"))?;
        seen!(channel).into_domain(OPERATION, &label())
    }
}

use lilo_lifecycle::channel::{self, Channel};

use super::describe_channel::seen;
use crate::{Error, MediaLive};

const OPERATION: &str = "StartChannel";

impl MediaLive {
    /// Starts channel `id`: it goes through STARTING, as a rule for less than 3 minutes (user
    /// guide). Returns the channel as MediaLive shows it then.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE.
    pub async fn start_channel(&self, id: &str) -> Result<Channel, Error> {
        let result = self.sdk.start_channel().channel_id(id).send().await;
        let output = result.map_err(|error| Error::sort(OPERATION, channel::label(id), error))?;
        seen!(output).into_domain(OPERATION, &channel::label(id))
    }
}

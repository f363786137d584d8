use lilo_lifecycle::channel::{self, Channel};

use super::describe_channel::seen;
use crate::{Error, MediaLive};

const OPERATION: &str = "StopChannel";

impl MediaLive {
    /// Stops channel `id`: it goes through STOPPING. Returns the channel as MediaLive shows it
    /// then.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is STARTING, RUNNING or RECOVERING.
    pub async fn stop_channel(&self, id: &str) -> Result<Channel, Error> {
        let result = self.sdk.stop_channel().channel_id(id).send().await;
        let output = result.map_err(|error| Error::sort(OPERATION, channel::label(id), error))?;
        seen!(output).into_domain(OPERATION, &channel::label(id))
    }
}

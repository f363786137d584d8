use lilo_lifecycle::channel;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Stops channel `id`: it goes through STOPPING.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is STARTING, RUNNING or RECOVERING.
    pub async fn stop_channel(&self, id: &str) -> Result<(), Error> {
        let result = self.writing.stop_channel().channel_id(id).send().await;
        result.map(drop).map_err(|error| Error::sort("StopChannel", channel::label(id), error))
    }
}

use lilo_lifecycle::channel;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Starts channel `id`: it goes through STARTING, as a rule for less than 3 minutes (user guide).
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE.
    pub async fn start_channel(&self, id: &str) -> Result<(), Error> {
        let result = self.writing.start_channel().channel_id(id).send().await;
        result.map(drop).map_err(|error| Error::sort("StartChannel", channel::label(id), error))
    }
}

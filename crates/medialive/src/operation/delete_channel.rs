use lilo_lifecycle::channel;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Deletes channel `id`: it goes through DELETING, and holds its inputs until it is DELETED.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE, CREATE_FAILED or UPDATE_FAILED.
    pub async fn delete_channel(&self, id: &str) -> Result<(), Error> {
        let result = self.writing.delete_channel().channel_id(id).send().await;
        result.map(drop).map_err(|error| Error::sort("DeleteChannel", channel::label(id), error))
    }
}

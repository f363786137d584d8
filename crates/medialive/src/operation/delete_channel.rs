use lilo_lifecycle::channel::{self, Channel};

use super::describe_channel::seen;
use crate::{Error, MediaLive};

const OPERATION: &str = "DeleteChannel";

impl MediaLive {
    /// Deletes channel `id`: it goes through DELETING, and holds its inputs until it is DELETED.
    /// Returns the channel as MediaLive shows it then.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` unless it is IDLE, CREATE_FAILED or UPDATE_FAILED.
    pub async fn delete_channel(&self, id: &str) -> Result<Channel, Error> {
        let result = self.sdk.delete_channel().channel_id(id).send().await;
        let output = result.map_err(|error| Error::sort(OPERATION, channel::label(id), error))?;
        seen!(output).into_domain(OPERATION, &channel::label(id))
    }
}

use lilo_lifecycle::input;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Deletes input `id`.
    ///
    /// # Errors
    /// [`Error`]; `Conflict` while a channel holds it, whichever of two statuses MediaLive tells it
    /// with.
    pub async fn delete_input(&self, id: &str) -> Result<(), Error> {
        let result = self.sdk.delete_input().input_id(id).send().await;
        result.map(drop).map_err(|error| Error::sort("DeleteInput", input::label(id), error))
    }
}

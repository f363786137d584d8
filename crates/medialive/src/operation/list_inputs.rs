use lilo_lifecycle::{Identity, tags};

use crate::{Error, MediaLive};

const OPERATION: &str = "ListInputs";

impl MediaLive {
    /// The ids of the inputs that carry the tags of this resource of this stack, DELETED ones included while MediaLive shows
    /// them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn inputs_of(&self, identity: &Identity) -> Result<Vec<String>, Error> {
        let mut pages = self.sdk.list_inputs().into_paginator().items().send();
        let mut ids = Vec::new();
        while let Some(input) = pages.next().await {
            let input = input.map_err(|error| Error::sort(OPERATION, "inputs", error))?;
            let tags = input.tags.unwrap_or_default().into_iter().collect();
            if tags::are_of(&tags, identity) {
                ids.extend(input.id);
            }
        }
        Ok(ids)
    }
}

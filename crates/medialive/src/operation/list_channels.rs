use lilo_lifecycle::{Identity, tags};

use crate::{Error, MediaLive};

const OPERATION: &str = "ListChannels";

impl MediaLive {
    /// The ids of the channels that carry the tags of this resource of this stack, DELETED ones included while MediaLive shows
    /// them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channels_of(&self, identity: &Identity) -> Result<Vec<String>, Error> {
        let mut pages = self.sdk.list_channels().into_paginator().items().send();
        let mut ids = Vec::new();
        while let Some(channel) = pages.next().await {
            let channel = channel.map_err(|error| Error::sort(OPERATION, "channels", error))?;
            let tags = channel.tags.unwrap_or_default().into_iter().collect();
            if tags::are_of(&tags, identity) {
                ids.extend(channel.id);
            }
        }
        Ok(ids)
    }
}

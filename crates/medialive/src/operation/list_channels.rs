use lilo_lifecycle::channel::{Channel, ChannelState};
use lilo_lifecycle::{Identity, tags};

use super::describe_channel::Seen;
use crate::{Error, MediaLive};

const OPERATION: &str = "ListChannels";

impl MediaLive {
    /// The channels that LILO made, of all stacks, DELETED ones included while MediaLive shows them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn our_channels(&self) -> Result<Vec<Channel>, Error> {
        let mut pages = self.sdk.list_channels().into_paginator().items().send();
        let mut channels = Vec::new();
        while let Some(channel) = pages.next().await {
            let channel = channel.map_err(|error| Error::sort(OPERATION, "channels", error))?;
            let tags = channel.tags.clone().unwrap_or_default().into_iter().collect();
            if tags::are_ours(&tags) {
                let seen = Seen {
                    id: channel.id,
                    arn: channel.arn,
                    state: channel.state,
                    class: channel.channel_class,
                    tags: channel.tags,
                };
                channels.push(seen.into_domain(OPERATION, "channels")?);
            }
        }
        Ok(channels)
    }

    /// The channels that carry the tags of this resource of this stack, without those that are DELETED.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channels_of(&self, identity: &Identity) -> Result<Vec<Channel>, Error> {
        let mut channels = self.our_channels().await?;
        channels.retain(|channel| {
            channel.state != ChannelState::Deleted && tags::are_of(&channel.tags, identity)
        });
        Ok(channels)
    }
}

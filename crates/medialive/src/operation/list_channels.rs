use lilo_lifecycle::Identity;
use lilo_lifecycle::channel::{Channel, ChannelState, label};
use lilo_lifecycle::tags::{self, Tags};

use super::describe_channel::Seen;
use crate::{Error, MediaLive};

const OPERATION: &str = "ListChannels";

impl MediaLive {
    /// The channels that LILO made, of all stacks, DELETED ones included while MediaLive shows them. What is shown of one may be
    /// unusable by itself.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn our_channels(&self) -> Result<Vec<Result<Channel, Error>>, Error> {
        self.channels(tags::are_ours).await
    }

    async fn channels(
        &self,
        wanted: impl Fn(&Tags) -> bool,
    ) -> Result<Vec<Result<Channel, Error>>, Error> {
        let mut pages = self.sdk.list_channels().into_paginator().items().send();
        let mut channels = Vec::new();
        while let Some(channel) = pages.next().await {
            let channel = channel.map_err(|error| Error::sort(OPERATION, "channels", error))?;
            let tags = channel.tags.clone().unwrap_or_default().into_iter().collect();
            if wanted(&tags) {
                let label = channel.id.as_deref().map_or_else(|| "channels".into(), label);
                let seen = Seen {
                    id: channel.id,
                    arn: channel.arn,
                    state: channel.state,
                    class: channel.channel_class,
                    tags: channel.tags,
                };
                channels.push(seen.into_domain(OPERATION, &label));
            }
        }
        Ok(channels)
    }

    /// The channels that carry the tags of this resource of this stack, without those that are DELETED.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channels_of(&self, identity: &Identity) -> Result<Vec<Channel>, Error> {
        let channels = self.channels(|tags| tags::are_of(tags, identity)).await?.into_iter();
        let mut channels = channels.collect::<Result<Vec<_>, _>>()?;
        channels.retain(|channel| channel.state != ChannelState::Deleted);
        Ok(channels)
    }
}

use lilo_lifecycle::Tags;
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::input::Input;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Changes the channel's tags (see [`change_tags`](Self::change_tags)), and returns the channel
    /// with them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn tag_channel(
        &self,
        channel: &Channel,
        difference: &(Tags, Vec<String>),
    ) -> Result<Channel, Error> {
        let tags = self.change_tags(&channel.arn, &channel.tags, difference).await?;
        Ok(Channel { tags, ..channel.clone() })
    }

    /// Changes the input's tags (see [`change_tags`](Self::change_tags)), and returns the input
    /// with them.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn tag_input(
        &self,
        input: &Input,
        difference: &(Tags, Vec<String>),
    ) -> Result<Input, Error> {
        let tags = self.change_tags(&input.arn, &input.tags, difference).await?;
        Ok(Input { tags, ..input.clone() })
    }

    /// Removes tags of a resource (DeleteTags), then sets tags of it (CreateTags), in any state of
    /// it, each without a call if there are none. The removal comes first: if the function is cut
    /// off in between, no old tag stays beside a new one. Returns the tags `before` with the
    /// changes.
    ///
    /// # Errors
    /// [`Error`]; a failure to set leaves the others removed.
    pub async fn change_tags(
        &self,
        arn: &str,
        before: &Tags,
        (set, remove): &(Tags, Vec<String>),
    ) -> Result<Tags, Error> {
        if !remove.is_empty() {
            let call = self.sdk.delete_tags().resource_arn(arn);
            let result = call.set_tag_keys(Some(remove.clone())).send().await;
            result.map_err(|error| Error::sort("DeleteTags", arn, error))?;
        }
        if !set.is_empty() {
            let tags = set.clone().into_iter().collect();
            let call = self.sdk.create_tags().resource_arn(arn).set_tags(Some(tags));
            call.send().await.map_err(|error| Error::sort("CreateTags", arn, error))?;
        }
        let mut tags = before.clone();
        tags.retain(|key, _| !remove.contains(key));
        tags.extend(set.clone());
        Ok(tags)
    }
}

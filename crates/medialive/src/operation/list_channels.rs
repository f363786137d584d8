use lilo_lifecycle::channel::{Channel, label};
use lilo_lifecycle::{LiloTags, Tags};

use super::describe_channel::seen;
use crate::client::PAGE_SIZE;
use crate::{Error, MediaLive, Page};

const OPERATION: &str = "ListChannels";

impl MediaLive {
    /// Of a page of the account's channels, DELETED ones included, those with `wanted` tags. An
    /// entry that cannot be read is an error by itself.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn list_channels(
        &self,
        token: Option<String>,
        wanted: impl Fn(LiloTags<'_>) -> bool,
    ) -> Result<Page<Result<Channel, Error>>, Error> {
        let call = self.sdk.list_channels().max_results(PAGE_SIZE).set_next_token(token.clone());
        let page = call.send().await.map_err(|error| Error::sort(OPERATION, "channels", error))?;
        let channels = page.channels.unwrap_or_default().into_iter();
        let channels = channels.filter(|channel| {
            let tags: Tags = channel.tags.clone().unwrap_or_default().into_iter().collect();
            wanted((&tags).into())
        });
        let items = channels.map(|channel| {
            let label = channel.id.as_deref().map_or_else(|| "channels".into(), label);
            seen!(channel).into_domain(OPERATION, &label)
        });
        Ok(Page::of(items.collect(), token.as_deref(), page.next_token))
    }
}

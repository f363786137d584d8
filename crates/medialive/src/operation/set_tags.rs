use lilo_lifecycle::tags::Tags;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Sets tags of the resource with this ARN, in any state of it; its other tags stay (CreateTags).
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_tags(&self, arn: &str, tags: &Tags) -> Result<(), Error> {
        let tags = tags.clone().into_iter().collect();
        let result = self.writing.create_tags().resource_arn(arn).set_tags(Some(tags)).send().await;
        result.map(drop).map_err(|error| Error::sort("CreateTags", arn, error))
    }

    /// Sets one tag.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_tag(&self, arn: &str, key: &str, value: &str) -> Result<(), Error> {
        self.set_tags(arn, &Tags::from([(key.to_owned(), value.to_owned())])).await
    }
}

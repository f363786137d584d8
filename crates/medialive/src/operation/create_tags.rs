use crate::{Error, MediaLive};

impl MediaLive {
    /// Sets one tag of the resource with this ARN, in any state of it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_tag(&self, arn: &str, key: &str, value: &str) -> Result<(), Error> {
        let result = self.sdk.create_tags().resource_arn(arn).tags(key, value).send().await;
        result.map(drop).map_err(|error| Error::sort("CreateTags", arn, error))
    }
}

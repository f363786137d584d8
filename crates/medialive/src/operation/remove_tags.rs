use crate::{Error, MediaLive};

impl MediaLive {
    /// Takes tags off the resource with this ARN, in any state of it (DeleteTags).
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_tags(&self, arn: &str, keys: &[String]) -> Result<(), Error> {
        let keys = keys.to_vec();
        let result = self.sdk.delete_tags().resource_arn(arn).set_tag_keys(Some(keys)).send().await;
        result.map(drop).map_err(|error| Error::sort("DeleteTags", arn, error))
    }
}

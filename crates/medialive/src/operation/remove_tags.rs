use lilo_lifecycle::tags::Tags;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Sets `missing` and takes `surplus` off, without a call for what is empty.
    ///
    /// # Errors
    /// [`Error`]; what was set before a failure stays.
    pub async fn change_tags(
        &self,
        arn: &str,
        (missing, surplus): &(Tags, Vec<String>),
    ) -> Result<(), Error> {
        if !missing.is_empty() {
            self.set_tags(arn, missing).await?;
        }
        if surplus.is_empty() { Ok(()) } else { self.remove_tags(arn, surplus).await }
    }

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

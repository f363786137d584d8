use lilo_lifecycle::tags::Tags;

use crate::{Error, MediaLive};

impl MediaLive {
    /// Takes `surplus` off, then sets `missing`, without a call for what is empty: cut off in between, what was to be taken off
    /// does not stay with what it does not belong to.
    ///
    /// # Errors
    /// [`Error`]; what was taken off before a failure is off.
    pub async fn change_tags(
        &self,
        arn: &str,
        (missing, surplus): &(Tags, Vec<String>),
    ) -> Result<(), Error> {
        if !surplus.is_empty() {
            self.remove_tags(arn, surplus).await?;
        }
        if missing.is_empty() { Ok(()) } else { self.set_tags(arn, missing).await }
    }

    /// Takes tags off the resource with this ARN, in any state of it (DeleteTags).
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_tags(&self, arn: &str, keys: &[String]) -> Result<(), Error> {
        let keys = keys.to_vec();
        let result =
            self.writing.delete_tags().resource_arn(arn).set_tag_keys(Some(keys)).send().await;
        result.map(drop).map_err(|error| Error::sort("DeleteTags", arn, error))
    }
}

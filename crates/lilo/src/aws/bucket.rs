//! LILO's own bucket, and the buckets of sources.

mod creation;
mod settling;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use super::failure::failed;
use super::{Aws, MADE_BY};
use crate::Error;
use crate::error::Reason;

/// Whether and where a bucket exists, as far as this account can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BucketStatus {
    Missing,
    /// It exists in this Region.
    InThisRegion,
    /// It exists in another Region.
    InRegion(String),
    /// It exists, but this user has no access.
    NoAccess,
}

impl Aws {
    /// The default name of LILO's own bucket.
    pub(crate) fn default_bucket(&self) -> String {
        format!("lilo-{}-{}", self.account, self.region)
    }

    /// A bucket's status; with `own`, buckets of other accounts count as inaccessible.
    pub(crate) async fn bucket_status(&self, name: &str, own: bool) -> Result<BucketStatus, Error> {
        let owner = own.then(|| self.account.clone());
        let call = self.s3.head_bucket().bucket(name).set_expected_bucket_owner(owner);
        let answer = call.send().await;
        let region = match &answer {
            Ok(bucket) => bucket.bucket_region.clone(),
            // S3 names the Region in every answer.
            Err(error) => error
                .raw_response()
                .and_then(|response| response.headers().get("x-amz-bucket-region"))
                .map(str::to_owned),
        };
        if let Some(region) = region.filter(|region| *region != self.region) {
            return Ok(BucketStatus::InRegion(region));
        }
        match answer {
            Ok(_) => Ok(BucketStatus::InThisRegion),
            Err(error) => match status(&error) {
                Some(404) => Ok(BucketStatus::Missing),
                Some(403) => Ok(BucketStatus::NoAccess),
                _ => Err(failed(error, format!("look at the bucket {name}"))),
            },
        }
    }

    /// Whether an object exists; `None` without permission to know.
    pub(crate) async fn has_object(&self, bucket: &str, key: &str) -> Result<Option<bool>, Error> {
        match self.s3.head_object().bucket(bucket).key(key).send().await {
            Ok(_) => Ok(Some(true)),
            Err(error) => match status(&error) {
                Some(404) => Ok(Some(false)),
                Some(403) => Ok(None),
                _ => Err(failed(error, format!("look at s3://{bucket}/{key}"))),
            },
        }
    }

    /// Whether LILO's own bucket exists.
    ///
    /// # Errors
    /// When a bucket of that name belongs to somebody else, is in another Region, or was not made
    /// by this command.
    pub(crate) async fn own_bucket_exists(&self, name: &str) -> Result<bool, Error> {
        let bucket = name.to_owned();
        match self.bucket_status(name, true).await? {
            BucketStatus::Missing => Ok(false),
            BucketStatus::InRegion(region) => {
                Err(Error::BucketElsewhere { bucket, region, ours: self.region.clone() })
            }
            BucketStatus::NoAccess => {
                Err(Error::ForeignBucket { bucket, account: self.account.clone() })
            }
            BucketStatus::InThisRegion => match self.has_our_tag(name).await? {
                Some(true) => Ok(true),
                Some(false) => Err(Error::NotOurBucket(bucket)),
                None => Ok(false),
            },
        }
    }

    /// Whether the bucket has the tag; `None` if it is gone, while S3 still answers a look at it.
    async fn has_our_tag(&self, bucket: &str) -> Result<Option<bool>, Error> {
        let call = self.s3.get_bucket_tagging().bucket(bucket);
        match call.expected_bucket_owner(&self.account).send().await {
            Ok(tags) => {
                Ok(Some(tags.tag_set.iter().any(|tag| (tag.key(), tag.value()) == MADE_BY)))
            }
            Err(error) if error.code() == Some("NoSuchBucket") => Ok(None),
            // A bucket without tags answers NoSuchTagSet.
            Err(error) if status(&error) == Some(404) => Ok(Some(false)),
            Err(error) => Err(failed(error, format!("read the tags of the bucket {bucket}"))),
        }
    }

    /// Deletes LILO's own bucket with its content, old versions and incomplete uploads included.
    pub(crate) async fn delete_bucket(&self, bucket: &str) -> Result<(), Error> {
        self.abort_uploads(bucket).await?;
        while self.delete_some_versions(bucket).await? {}
        let call = self.s3.delete_bucket().bucket(bucket).expected_bucket_owner(&self.account);
        let done = settling::until_free(async || call.clone().send().await).await;
        done.map(drop).map_err(|error| failed(error, format!("delete the bucket {bucket}")))
    }

    /// Deletes one page of the bucket's content; returns whether there was any.
    async fn delete_some_versions(&self, bucket: &str) -> Result<bool, Error> {
        let attempted = format!("empty the bucket {bucket}");
        let call = self.s3.list_object_versions().bucket(bucket);
        let page = call.expected_bucket_owner(&self.account).send().await;
        let page = page.map_err(|error| failed(error, attempted.as_str()))?;
        let versions = page.versions().iter().map(|it| (it.key(), it.version_id()));
        let markers = page.delete_markers().iter().map(|it| (it.key(), it.version_id()));
        let ids: Vec<_> = versions
            .chain(markers)
            .filter_map(|(key, version)| {
                let id = ObjectIdentifier::builder().key(key?);
                id.set_version_id(version.map(str::to_owned)).build().ok()
            })
            .collect();
        if ids.is_empty() {
            return Ok(false);
        }
        let delete = Delete::builder().set_objects(Some(ids)).quiet(true).build();
        let call = self.s3.delete_objects().bucket(bucket).expected_bucket_owner(&self.account);
        let call = call.delete(delete.expect("it has objects")).send().await;
        let done = call.map_err(|error| failed(error, attempted.as_str()))?;
        match done.errors().first() {
            Some(error) => {
                let message = format!(
                    "{}: {}",
                    error.key().unwrap_or_default(),
                    error.message().unwrap_or_default()
                );
                Err(Error::Refused { attempted, source: Reason(message) })
            }
            None => Ok(true),
        }
    }

    async fn abort_uploads(&self, bucket: &str) -> Result<(), Error> {
        let attempted = format!("abort the uploads to the bucket {bucket}");
        let call = self.s3.list_multipart_uploads().bucket(bucket);
        let page = call.expected_bucket_owner(&self.account).send().await;
        let page = page.map_err(|error| failed(error, attempted.as_str()))?;
        for upload in page.uploads() {
            let call = self.s3.abort_multipart_upload().bucket(bucket);
            let call = call.expected_bucket_owner(&self.account);
            let call = call.set_key(upload.key.clone()).set_upload_id(upload.upload_id.clone());
            call.send().await.map_err(|error| failed(error, attempted.as_str()))?;
        }
        Ok(())
    }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

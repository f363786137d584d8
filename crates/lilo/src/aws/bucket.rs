//! LILO's own bucket, and the buckets of sources.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint,
    CreateBucketConfiguration, Delete, ExpirationStatus, LifecycleRule, LifecycleRuleFilter,
    ObjectIdentifier, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    Tag, Tagging,
};
use serde_json::json;

use super::cleanup::{Cleanup, Entry, Unfinished};
use super::failure::failed;
use super::{Aws, MADE_BY};
use crate::Error;

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
            BucketStatus::InThisRegion if self.has_our_tag(name).await? => Ok(true),
            BucketStatus::InThisRegion => Err(Error::NotOurBucket(bucket)),
        }
    }

    async fn has_our_tag(&self, bucket: &str) -> Result<bool, Error> {
        let call = self.s3.get_bucket_tagging().bucket(bucket);
        match call.expected_bucket_owner(&self.account).send().await {
            Ok(tags) => Ok(tags.tag_set.iter().any(|tag| (tag.key(), tag.value()) == MADE_BY)),
            // A bucket without tags answers NoSuchTagSet.
            Err(error) if status(&error) == Some(404) => Ok(false),
            Err(error) => Err(failed(error, format!("read the tags of the bucket {bucket}"))),
        }
    }

    /// Creates LILO's own bucket: encrypted, private, TLS only. The cleanup deletes it unless
    /// something is stored in it.
    pub(crate) async fn create_bucket(
        &self,
        name: &str,
        cleanup: &Cleanup,
    ) -> Result<Entry, Error> {
        // S3 refuses us-east-1, its default, as a location constraint.
        let place = (self.region != "us-east-1").then(|| {
            let region = BucketLocationConstraint::from(self.region.as_str());
            CreateBucketConfiguration::builder().location_constraint(region).build()
        });
        let call = self.s3.create_bucket().bucket(name).set_create_bucket_configuration(place);
        let entry = cleanup.add(Unfinished::Bucket(name.to_owned()));
        if let Err(error) = call.send().await {
            // Somebody else may have created it meanwhile.
            cleanup.done(entry);
            return Err(failed(error, format!("make the bucket {name}")));
        }
        self.secure_bucket(name).await?;
        Ok(entry)
    }

    /// Deletes a new bucket that is incomplete or still empty.
    pub(crate) async fn delete_empty_bucket(&self, bucket: &str) -> Result<(), Error> {
        let call = self.s3.delete_bucket().bucket(bucket).expected_bucket_owner(&self.account);
        match call.send().await {
            // Gone, or not empty: somebody may use its content.
            Err(error) if !matches!(status(&error), Some(404 | 409)) => {
                Err(failed(error, format!("delete the empty bucket {bucket}")))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn secure_bucket(&self, bucket: &str) -> Result<(), Error> {
        let sure = "its fields are set";
        let to = |what: &str| format!("{what} the bucket {bucket}");
        let closed = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true)
            .build();
        let call = self.s3.put_public_access_block().bucket(bucket);
        let call = call.public_access_block_configuration(closed).send().await;
        call.map_err(|error| failed(error, to("close")))?;

        let key = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::Aes256)
            .build()
            .expect(sure);
        let rule = ServerSideEncryptionRule::builder();
        let rule = rule.apply_server_side_encryption_by_default(key).build();
        let encrypted = ServerSideEncryptionConfiguration::builder().rules(rule).build();
        let call = self.s3.put_bucket_encryption().bucket(bucket);
        let call = call.server_side_encryption_configuration(encrypted.expect(sure)).send().await;
        call.map_err(|error| failed(error, to("encrypt")))?;

        let policy = tls_only(&self.region, bucket);
        let call = self.s3.put_bucket_policy().bucket(bucket).policy(policy).send().await;
        call.map_err(|error| failed(error, to("set the policy of")))?;

        // Parts of aborted uploads are in no listing, but cost money.
        let days = AbortIncompleteMultipartUpload::builder().days_after_initiation(1).build();
        let rule = LifecycleRule::builder()
            .id("half-uploads")
            .status(ExpirationStatus::Enabled)
            .filter(LifecycleRuleFilter::builder().prefix("").build())
            .abort_incomplete_multipart_upload(days)
            .build()
            .expect(sure);
        let rules = BucketLifecycleConfiguration::builder().rules(rule).build().expect(sure);
        let call = self.s3.put_bucket_lifecycle_configuration().bucket(bucket);
        let call = call.lifecycle_configuration(rules).send().await;
        call.map_err(|error| failed(error, to("set the lifecycle of")))?;

        // The tag comes last: it marks a complete bucket.
        let tag = Tag::builder().key(MADE_BY.0).value(MADE_BY.1).build().expect(sure);
        let tags = Tagging::builder().tag_set(tag).build().expect(sure);
        let call = self.s3.put_bucket_tagging().bucket(bucket).tagging(tags);
        call.send().await.map(drop).map_err(|error| failed(error, to("tag")))
    }

    /// Deletes LILO's own bucket with its content, old versions and incomplete uploads included.
    pub(crate) async fn delete_bucket(&self, bucket: &str) -> Result<(), Error> {
        self.abort_uploads(bucket).await?;
        while self.delete_some_versions(bucket).await? {}
        let call = self.s3.delete_bucket().bucket(bucket).expected_bucket_owner(&self.account);
        let call = call.send().await;
        call.map(drop).map_err(|error| failed(error, format!("delete the bucket {bucket}")))
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
                Err(Error::Refused { attempted, message })
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

/// The policy that refuses requests without TLS.
fn tls_only(region: &str, bucket: &str) -> String {
    let arn = format!("arn:{}:s3:::{bucket}", super::partition(region));
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, format!("{arn}/*")],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }],
    })
    .to_string()
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

//! Buckets: LILO's own, and those that sources lie in.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint,
    CreateBucketConfiguration, Delete, ExpirationStatus, LifecycleRule, LifecycleRuleFilter,
    ObjectIdentifier, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    Tag, Tagging,
};
use serde_json::json;

use super::cleanup::{Begun, Cleanup, Entry};
use super::failure::failed;
use super::{Aws, MADE_BY};
use crate::Error;

/// A bucket as this account sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Missing,
    /// It exists, in this region.
    Here,
    /// It exists, in the region of this name.
    In(String),
    /// It exists, and this account or person may not look at it.
    Closed,
}

impl Aws {
    /// The name that LILO's own bucket has unless told otherwise.
    pub(crate) fn default_bucket(&self) -> String {
        format!("lilo-{}-{}", self.account, self.region)
    }

    /// Looks at a bucket, of this account if it has to be.
    pub(crate) async fn look_at_bucket(&self, name: &str, own: bool) -> Result<Seen, Error> {
        let owner = own.then(|| self.account.clone());
        let call = self.s3.head_bucket().bucket(name).set_expected_bucket_owner(owner);
        let answer = call.send().await;
        let region = match &answer {
            Ok(bucket) => bucket.bucket_region.clone(),
            // S3 names the region whatever else it says.
            Err(error) => error
                .raw_response()
                .and_then(|response| response.headers().get("x-amz-bucket-region"))
                .map(str::to_owned),
        };
        if let Some(region) = region.filter(|region| *region != self.region) {
            return Ok(Seen::In(region));
        }
        match answer {
            Ok(_) => Ok(Seen::Here),
            Err(error) => match status(&error) {
                Some(404) => Ok(Seen::Missing),
                Some(403) => Ok(Seen::Closed),
                _ => Err(failed(error, format!("look at the bucket {name}"))),
            },
        }
    }

    /// Whether there is such an object; `None` if that may not be known.
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

    /// Whether LILO's own bucket exists already.
    ///
    /// # Errors
    /// When a bucket of that name is somebody else's, in another region, or not made by this
    /// command.
    pub(crate) async fn own_bucket_exists(&self, name: &str) -> Result<bool, Error> {
        let bucket = name.to_owned();
        match self.look_at_bucket(name, true).await? {
            Seen::Missing => Ok(false),
            Seen::In(region) => {
                Err(Error::BucketElsewhere { bucket, region, ours: self.region.clone() })
            }
            Seen::Closed => Err(Error::ForeignBucket { bucket, account: self.account.clone() }),
            Seen::Here if self.is_made_here(name).await? => Ok(true),
            Seen::Here => Err(Error::NotOurBucket(bucket)),
        }
    }

    async fn is_made_here(&self, bucket: &str) -> Result<bool, Error> {
        let call = self.s3.get_bucket_tagging().bucket(bucket);
        match call.expected_bucket_owner(&self.account).send().await {
            Ok(tags) => Ok(tags.tag_set.iter().any(|tag| (tag.key(), tag.value()) == MADE_BY)),
            // A bucket without tags has no set of them either: NoSuchTagSet.
            Err(error) if status(&error) == Some(404) => Ok(false),
            Err(error) => Err(failed(error, format!("read the tags of the bucket {bucket}"))),
        }
    }

    /// Makes LILO's own bucket: encrypted, not public, over TLS only. The cleanup has it until
    /// there is something in it.
    pub(crate) async fn create_bucket(
        &self,
        name: &str,
        cleanup: &Cleanup,
    ) -> Result<Entry, Error> {
        // S3 takes its oldest region for granted and refuses its name.
        let place = (self.region != "us-east-1").then(|| {
            let region = BucketLocationConstraint::from(self.region.as_str());
            CreateBucketConfiguration::builder().location_constraint(region).build()
        });
        let call = self.s3.create_bucket().bucket(name).set_create_bucket_configuration(place);
        let begun = cleanup.add(Begun::Bucket(name.to_owned()));
        if let Err(error) = call.send().await {
            // It may be somebody else's by now.
            cleanup.done(begun);
            return Err(failed(error, format!("make the bucket {name}")));
        }
        self.secure_bucket(name).await?;
        Ok(begun)
    }

    /// Takes a bucket back that is not all that it should be, or that nothing came into.
    pub(crate) async fn take_bucket_back(&self, bucket: &str) -> Result<(), Error> {
        let call = self.s3.delete_bucket().bucket(bucket).expected_bucket_owner(&self.account);
        match call.send().await {
            // Gone, or not empty: what is in it may be somebody's by now.
            Err(error) if !matches!(status(&error), Some(404 | 409)) => {
                Err(failed(error, format!("take the bucket {bucket} back")))
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

        // What a killed upload leaves is in no listing, and costs.
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

        // Last: a bucket that carries the tag is as it should be.
        let tag = Tag::builder().key(MADE_BY.0).value(MADE_BY.1).build().expect(sure);
        let tags = Tagging::builder().tag_set(tag).build().expect(sure);
        let call = self.s3.put_bucket_tagging().bucket(bucket).tagging(tags);
        call.send().await.map(drop).map_err(|error| failed(error, to("tag")))
    }

    /// Deletes LILO's own bucket with all that is in it, old versions and half uploads included.
    pub(crate) async fn delete_bucket(&self, bucket: &str) -> Result<(), Error> {
        self.abort_uploads(bucket).await?;
        while self.delete_some_versions(bucket).await? {}
        let call = self.s3.delete_bucket().bucket(bucket).expected_bucket_owner(&self.account);
        let call = call.send().await;
        call.map(drop).map_err(|error| failed(error, format!("delete the bucket {bucket}")))
    }

    /// Deletes one page of what is in the bucket; whether there was any.
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
                let said = format!(
                    "{}: {}",
                    error.key().unwrap_or_default(),
                    error.message().unwrap_or_default()
                );
                Err(Error::Refused { attempted, said })
            }
            None => Ok(true),
        }
    }

    async fn abort_uploads(&self, bucket: &str) -> Result<(), Error> {
        let attempted = format!("end the uploads to the bucket {bucket}");
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

/// The policy that refuses whoever does not come over TLS.
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

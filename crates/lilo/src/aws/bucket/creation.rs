//! Makes LILO's own bucket, and takes it back.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint,
    CreateBucketConfiguration, ExpirationStatus, LifecycleRule, LifecycleRuleFilter,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tag, Tagging,
};
use serde_json::json;

use super::settling::{ABORTED, until_free, until_known};
use super::status;
use crate::Error;
use crate::aws::cleanup::{Cleanup, Entry, Unfinished};
use crate::aws::failure::failed;
use crate::aws::{Aws, MADE_BY};

impl Aws {
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
        let bucket = |created| Unfinished::Bucket { name: name.to_owned(), created };
        let entry = cleanup.add(bucket(false));
        let made = until_free(async || call.clone().send().await).await;
        cleanup.done(entry);
        made.map_err(|error| match error.code() {
            Some(ABORTED) => Error::BucketNameBusy(name.to_owned()),
            // Somebody else may have created it meanwhile.
            _ => failed(error, format!("make the bucket {name}")),
        })?;
        let entry = cleanup.add(bucket(true));
        self.secure_bucket(name).await?;
        Ok(entry)
    }

    /// Deletes a new bucket that is incomplete or still empty. One that was `created` a moment ago
    /// may not be known everywhere yet.
    pub(crate) async fn delete_empty_bucket(
        &self,
        bucket: &str,
        created: bool,
    ) -> Result<(), Error> {
        let call = self.s3.delete_bucket().bucket(bucket).expected_bucket_owner(&self.account);
        let send = async || call.clone().send().await;
        let done = if created { until_known(send).await } else { until_free(send).await };
        match done {
            Ok(_) => Ok(()),
            // Gone, or not empty: somebody may use its content.
            Err(error) if error.code() != Some(ABORTED) && is_gone_or_in_use(&error) => Ok(()),
            Err(error) => Err(failed(error, format!("delete the empty bucket {bucket}"))),
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
        let call = call.public_access_block_configuration(closed);
        let call = until_known(async || call.clone().send().await).await;
        call.map_err(|error| failed(error, to("close")))?;

        let key = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::Aes256)
            .build()
            .expect(sure);
        let rule = ServerSideEncryptionRule::builder();
        let rule = rule.apply_server_side_encryption_by_default(key).build();
        let encrypted = ServerSideEncryptionConfiguration::builder().rules(rule).build();
        let call = self.s3.put_bucket_encryption().bucket(bucket);
        let call = call.server_side_encryption_configuration(encrypted.expect(sure));
        let call = until_known(async || call.clone().send().await).await;
        call.map_err(|error| failed(error, to("encrypt")))?;

        let policy = tls_only(&self.partition, bucket);
        let call = self.s3.put_bucket_policy().bucket(bucket).policy(policy);
        let call = until_known(async || call.clone().send().await).await;
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
        let call = call.lifecycle_configuration(rules);
        let call = until_known(async || call.clone().send().await).await;
        call.map_err(|error| failed(error, to("set the lifecycle of")))?;

        // The tag comes last: it marks a complete bucket.
        let tag = Tag::builder().key(MADE_BY.0).value(MADE_BY.1).build().expect(sure);
        let tags = Tagging::builder().tag_set(tag).build().expect(sure);
        let call = self.s3.put_bucket_tagging().bucket(bucket).tagging(tags);
        let call = until_known(async || call.clone().send().await).await;
        call.map(drop).map_err(|error| failed(error, to("tag")))
    }
}

/// The policy that refuses requests without TLS.
fn tls_only(partition: &str, bucket: &str) -> String {
    let arn = format!("arn:{partition}:s3:::{bucket}");
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

fn is_gone_or_in_use<E>(error: &SdkError<E>) -> bool {
    matches!(status(error), Some(404 | 409))
}

#[cfg(test)]
mod tests;

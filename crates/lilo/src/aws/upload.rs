//! Uploads to LILO's own bucket.
//!
//! Every key contains the hash of its content, so an existing object is the right one. A big file
//! goes in parallel parts. The SDK's transfer manager (`aws-sdk-s3-transfer-manager`) is a
//! developer preview, and enables the SDK's default features.

use std::path::Path;

use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use indicatif::{ProgressBar, ProgressStyle};

use super::Aws;
use super::cleanup::{Cleanup, Unfinished};
use super::failure::failed;
use crate::Error;

/// The minimum size of a part; smaller files have one.
const PART: u64 = 16 * 1024 * 1024;
/// S3's maximum number of parts.
const MOST_PARTS: u64 = 10_000;
/// Parallel parts.
const AT_ONCE: usize = 4;

/// An object in LILO's own bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ObjectLocation<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
}

impl Aws {
    /// Uploads small content unless the object exists.
    pub(crate) async fn upload(
        &self,
        place: ObjectLocation<'_>,
        content: Vec<u8>,
    ) -> Result<(), Error> {
        let ObjectLocation { bucket, key } = place;
        if self.has_object(bucket, key).await? == Some(true) {
            return Ok(());
        }
        let call = self.s3.put_object().bucket(bucket).key(key).body(content.into());
        let call = call.expected_bucket_owner(&self.account).send().await;
        call.map(drop).map_err(|error| failed(error, format!("upload s3://{bucket}/{key}")))
    }

    /// Uploads a file of any size, with a progress bar.
    ///
    /// Dropping the future leaves an incomplete upload, which the cleanup knows.
    pub(crate) async fn upload_file(
        &self,
        place: ObjectLocation<'_>,
        file: &Path,
        size: u64,
        cleanup: &Cleanup,
    ) -> Result<(), Error> {
        let bar = bar(size);
        let ObjectLocation { bucket, key } = place;
        let to = format!("upload s3://{bucket}/{key}");
        let call = self.s3.create_multipart_upload().bucket(bucket).key(key);
        let call = call.content_type("video/mp4").expected_bucket_owner(&self.account);
        // S3 needs the algorithm here too, or refuses the parts' checksums at the end.
        let call = call.checksum_algorithm(ChecksumAlgorithm::Crc32);
        let started = call.send().await.map_err(|error| failed(error, to.as_str()))?;
        let upload =
            Upload { id: started.upload_id.unwrap_or_default(), aws: self, place, to: &to };
        let entry = cleanup.add(Unfinished::Upload {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            id: upload.id.clone(),
        });
        let length = PART.max(size.div_ceil(MOST_PARTS));
        let parts = stream::iter((0..size.div_ceil(length)).zip(1..)).map(|(index, number)| {
            let offset = index * length;
            let length = length.min(size - offset);
            let (upload, bar) = (&upload, &bar);
            async move {
                let part = upload.part(file, number, offset, length).await;
                bar.inc(length);
                part
            }
        });
        let parts: Vec<_> = parts.buffered(AT_ONCE).try_collect().await?;
        upload.complete(parts).await?;
        cleanup.done(entry);
        bar.finish_and_clear();
        Ok(())
    }

    /// Aborts an incomplete upload.
    pub(crate) async fn abort(&self, place: ObjectLocation<'_>, id: &str) -> Result<(), Error> {
        let ObjectLocation { bucket, key } = place;
        let call = self.s3.abort_multipart_upload().bucket(bucket).key(key).upload_id(id);
        let call = call.expected_bucket_owner(&self.account).send().await;
        call.map(drop)
            .map_err(|error| failed(error, format!("abort the upload of s3://{bucket}/{key}")))
    }
}

#[derive(Debug)]
struct Upload<'a> {
    aws: &'a Aws,
    id: String,
    place: ObjectLocation<'a>,
    /// The attempted action, for errors.
    to: &'a str,
}

impl Upload<'_> {
    async fn part(
        &self,
        file: &Path,
        number: i32,
        offset: u64,
        length: u64,
    ) -> Result<CompletedPart, Error> {
        let unread = |source| Error::SourceFile { file: file.to_owned(), source };
        let body = ByteStream::read_from().path(file).offset(offset);
        let body = body.length(Length::Exact(length)).build().await;
        let body = body.map_err(|error| unread(error.into()))?;
        let ObjectLocation { bucket, key } = self.place;
        let call = self.aws.s3.upload_part().bucket(bucket).key(key).upload_id(&self.id);
        let call = call.expected_bucket_owner(&self.aws.account);
        let call = call.checksum_algorithm(ChecksumAlgorithm::Crc32);
        let done = call.part_number(number).body(body).send().await;
        let done = done.map_err(|error| failed(error, self.to))?;
        let part = CompletedPart::builder().part_number(number);
        Ok(part.set_e_tag(done.e_tag).set_checksum_crc32(done.checksum_crc32).build())
    }

    async fn complete(&self, parts: Vec<CompletedPart>) -> Result<(), Error> {
        let ObjectLocation { bucket, key } = self.place;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let call = self.aws.s3.complete_multipart_upload().bucket(bucket).key(key);
        let call = call.upload_id(&self.id).expected_bucket_owner(&self.aws.account);
        let call = call.multipart_upload(parts).send().await;
        call.map(drop).map_err(|error| failed(error, self.to))
    }
}

/// A progress bar in bytes, shown on a terminal only.
pub(crate) fn bar(bytes: u64) -> ProgressBar {
    let style = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    let style = ProgressStyle::with_template(style).expect("it is a template");
    ProgressBar::new(bytes).with_style(style).with_message("uploading")
}

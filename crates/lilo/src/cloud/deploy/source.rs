//! The loop's source: a local file, or an address.

use std::fs::File;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use crate::aws::bucket::BucketStatus;
use crate::aws::upload::bar;
use crate::aws::{Aws, in_s3};
use crate::templates::Given;
use crate::ui::screen::Screen;
use crate::{Error, clip};

/// A source from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// On this machine.
    File(PathBuf),
    /// In a bucket.
    S3 { bucket: String, key: String },
    /// On a web server.
    Url(String),
}

/// A file to upload, with its key in LILO's own bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) file: PathBuf,
    pub(super) size: u64,
    pub(super) key: String,
}

impl Source {
    /// # Errors
    /// When a file is not an MP4, or MediaLive does not read this kind of address.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let Some((scheme, rest)) = text.split_once("://") else {
            let file = PathBuf::from(text);
            if let Err(source) = File::open(&file) {
                return Err(Error::SourceFile { file, source });
            }
            clip::check_mp4(&file)?;
            return Ok(Self::File(file));
        };
        match (scheme, rest.split_once('/')) {
            // s3:// is the usual scheme; MediaLive's is s3ssl://.
            ("s3ssl" | "s3", Some((bucket, key))) => {
                Ok(Self::S3 { bucket: bucket.to_owned(), key: key.to_owned() })
            }
            ("http" | "https", Some(_)) => Ok(Self::Url(text.to_owned())),
            _ => Err(Error::SourceAddress(text.to_owned())),
        }
    }

    /// Its address for MediaLive; a file has none yet.
    pub(super) fn address(self) -> Option<String> {
        match self {
            Self::File(_) => None,
            Self::S3 { bucket, key } => Some(format!("s3ssl://{bucket}/{key}")),
            Self::Url(url) => Some(url),
        }
    }
}

/// Checks that the given S3 sources exist; warns if that cannot be known.
///
/// # Errors
/// When a bucket or an object is missing, or a bucket is in another Region.
pub(super) async fn check(aws: &Aws, given: &Given, screen: &Screen) -> Result<(), Error> {
    let sources = ["Source", "Source2"].into_iter().filter_map(|name| given.get(name));
    for (bucket, key) in sources.filter_map(|source| in_s3(source)) {
        if let Some(unknown) = check_object(aws, bucket, key).await? {
            screen.remark(&format!("warning: {unknown}"));
        }
    }
    Ok(())
}

/// Checks that the object exists; returns a warning if that cannot be known.
///
/// # Errors
/// When the bucket or the object is missing, or the bucket is in another Region.
async fn check_object(aws: &Aws, bucket: &str, key: &str) -> Result<Option<String>, Error> {
    let name = bucket.to_owned();
    let unknown = format!("no permission to check s3://{bucket}/{key}; make sure that it exists");
    match aws.bucket_status(bucket, false).await? {
        BucketStatus::InThisRegion => {}
        BucketStatus::Missing => return Err(Error::NoBucket(name)),
        BucketStatus::InRegion(region) => {
            let ours = aws.region.clone();
            return Err(Error::SourceElsewhere { bucket: name, region, ours });
        }
        BucketStatus::NoAccess => return Ok(Some(unknown)),
    }
    match aws.has_object(bucket, key).await? {
        Some(true) => Ok(None),
        Some(false) => Err(Error::NoObject { bucket: name, key: key.to_owned() }),
        None => Ok(Some(unknown)),
    }
}

impl Upload {
    /// Reads the whole file, with a progress bar, for its hash.
    pub(super) async fn of(file: &Path) -> Result<Self, Error> {
        let unread = |source| Error::SourceFile { file: file.to_owned(), source };
        let mut opened = tokio::fs::File::open(file).await.map_err(unread)?;
        let size = opened.metadata().await.map_err(unread)?.len();
        let bar = bar(size).with_message("reading");
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = opened.read(&mut buffer).await.map_err(unread)?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            bar.inc(read as u64);
        }
        bar.finish_and_clear();
        let key = format!("sources/{}/{}", super::short(hash), name_in_s3(file));
        Ok(Self { file: file.to_owned(), size, key })
    }
}

/// The file's name in characters that loop.yaml accepts, ending in .mp4 as MediaLive requires.
fn name_in_s3(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let plain = |it: char| if it.is_ascii_alphanumeric() || "._-".contains(it) { it } else { '-' };
    format!("{}.mp4", stem.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_file_or_an_address_that_medialive_reads() {
        let films = Source::S3 { bucket: "films".into(), key: "a/b.mp4".into() };
        let url = "https://example.com/b.mp4";
        for (typed, source) in [
            ("s3ssl://films/a/b.mp4", films.clone()),
            ("s3://films/a/b.mp4", films),
            (url, Source::Url(url.into())),
        ] {
            assert_eq!(Source::parse(typed).unwrap(), source);
        }
        let error = Source::parse("ftp://example.com/b.mp4").unwrap_err();
        assert!(matches!(error, Error::SourceAddress(_)), "{error}");
        let error = Source::parse("no-such-file.mp4").unwrap_err();
        assert!(matches!(error, Error::SourceFile { .. }), "{error}");
    }

    #[test]
    fn any_name_of_a_file_becomes_one_that_the_template_takes() {
        for (file, name) in [
            ("clip.mp4", "clip.mp4"),
            ("/films/Été à Paris (1).MP4", "-t----Paris--1-.mp4"),
            ("trailer.v2.mov", "trailer.v2.mp4"),
        ] {
            assert_eq!(name_in_s3(Path::new(file)), name);
        }
    }

    #[tokio::test]
    async fn upload_key_depends_on_the_file_content() {
        let folder = tempfile::tempdir().unwrap();
        let place = async |content: &str| {
            let file = folder.path().join("a.mp4");
            std::fs::write(&file, content).unwrap();
            Upload::of(&file).await.unwrap().key
        };

        let first = place("one").await;
        let (again, other) = (place("one").await, place("other").await);

        assert_eq!(first, again);
        assert_ne!(first, other);
        assert!(first.starts_with("sources/") && first.ends_with("/a.mp4"), "{first}");
    }
}

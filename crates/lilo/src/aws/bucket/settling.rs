//! Waits while S3 makes a new bucket known, or frees the name of a deleted one.
//!
//! Right after CreateBucket, another call may meet a part of S3 that does not know the bucket yet
//! (NoSuchBucket), or find the creation still going on (409 OperationAborted, "A conflicting
//! conditional operation is currently in progress against this resource"). CreateBucket meets the
//! same 409 while S3 frees the name (S3 user guide, "Deleting a bucket").

use std::time::Duration;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use tokio::time::{Instant, sleep};

/// How long a call is repeated. S3 documents no time.
const SETTLES_WITHIN: Duration = Duration::from_secs(120);
const FIRST_GAP: Duration = Duration::from_millis(500);
const LONGEST_GAP: Duration = Duration::from_secs(8);

/// The code of a call that meets another one about the same bucket.
pub(super) const ABORTED: &str = "OperationAborted";
const UNKNOWN: &str = "NoSuchBucket";

/// Repeats a call about a new bucket until S3 knows the bucket.
pub(super) async fn until_known<T, E: ProvideErrorMetadata>(
    call: impl AsyncFn() -> Result<T, SdkError<E>>,
) -> Result<T, SdkError<E>> {
    until_settled(&[ABORTED, UNKNOWN], call).await
}

/// Repeats a call until no other one about the same bucket is going on.
pub(super) async fn until_free<T, E: ProvideErrorMetadata>(
    call: impl AsyncFn() -> Result<T, SdkError<E>>,
) -> Result<T, SdkError<E>> {
    until_settled(&[ABORTED], call).await
}

async fn until_settled<T, E: ProvideErrorMetadata>(
    codes: &[&str],
    call: impl AsyncFn() -> Result<T, SdkError<E>>,
) -> Result<T, SdkError<E>> {
    let (since, mut gap) = (Instant::now(), FIRST_GAP);
    loop {
        let answer = call().await;
        let code = answer.as_ref().err().and_then(ProvideErrorMetadata::code);
        let settles = code.is_some_and(|code| codes.contains(&code));
        if !settles || since.elapsed() >= SETTLES_WITHIN {
            return answer;
        }
        sleep(gap).await;
        gap = (gap * 2).min(LONGEST_GAP);
    }
}

//! Looks at the bucket with the functions' code and the uploaded files.

use super::finding::Finding;
use crate::Error;
use crate::aws::Aws;
use crate::aws::bucket::BucketStatus;
use crate::aws::inventory::Inventory;
use crate::aws::stack::Stack;

pub(super) const CHECK: &str = "bucket";

/// The bucket that the bootstrap stack names; before there is one, the bucket that `lilo deploy`
/// would create.
pub(super) async fn look(aws: &Aws, inventory: &Inventory) -> Result<Finding, Error> {
    if let Some(bootstrap) = inventory.working_bootstrap() {
        return of_bootstrap(aws, bootstrap).await;
    }
    if aws.account.is_empty() {
        let text = "its name holds the account's number, which is not known";
        return Ok(Finding::not_checked(CHECK, text));
    }
    let name = aws.default_bucket();
    Ok(if aws.own_bucket_exists(&name).await? {
        Finding::ok(CHECK, format!("{name} exists"))
    } else {
        Finding::ok(CHECK, format!("there is no bucket {name} yet; `lilo deploy` creates it"))
    })
}

async fn of_bootstrap(aws: &Aws, bootstrap: &Stack) -> Result<Finding, Error> {
    let bucket = bootstrap.parameter("CodeBucket").to_owned();
    // Another account's bucket is no mistake, if somebody named it for the bootstrap stack.
    let own = bootstrap.has_our_tag() && !aws.account.is_empty();
    match aws.bucket_status(&bucket, own).await? {
        BucketStatus::InThisRegion => Ok(Finding::ok(CHECK, format!("{bucket} exists"))),
        BucketStatus::Missing => Ok(Finding::to_do(
            CHECK,
            format!(
                "the bucket {bucket} with the functions' code is gone; the functions still work, and \
                 `lilo deploy` makes it again with other code or a local file"
            ),
        )),
        BucketStatus::InRegion(region) => {
            Err(Error::BucketElsewhere { bucket, region, ours: aws.region.clone() })
        }
        BucketStatus::NoAccess => {
            Err(Error::ForeignBucket { bucket, account: aws.account.clone() })
        }
    }
}

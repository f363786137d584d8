//! AWS's partitions, each with its own ARNs, domains and console: the one place that tells them
//! apart.

use aws_sdk_s3::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

use crate::Error;

/// The partition of the account, as in ARNs. AWS names it in the caller's ARN.
pub(crate) fn of_caller(arn: &str) -> String {
    let name = arn.split(':').nth(1).filter(|name| !name.is_empty());
    name.unwrap_or("aws").to_owned()
}

/// The console's host.
///
/// # Errors
/// In the partitions whose console is described nowhere in public.
pub(crate) fn console(partition: &str) -> Result<&'static str, Error> {
    match partition {
        "aws" => Ok("console.aws.amazon.com"),
        "aws-cn" => Ok("console.amazonaws.cn"),
        "aws-us-gov" => Ok("console.amazonaws-us-gov.com"),
        other => Err(Error::NoConsole(other.to_owned())),
    }
}

/// The URL of an object, by the SDK's own data about partitions and their domains.
pub(crate) async fn object_url(region: &str, bucket: &str, key: &str) -> Result<String, Error> {
    let unknown = |source| Error::NoBucketUrl { region: region.to_owned(), source };
    let params = Params::builder().region(region).bucket(bucket).build();
    let params = params.map_err(|error| unknown(error.into()))?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&params).await.map_err(unknown)?;
    Ok(format!("{}/{key}", endpoint.url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_partition_has_the_domain_of_the_sdks_data() {
        for (region, domain) in [
            ("eu-west-1", "amazonaws.com"),
            ("cn-north-1", "amazonaws.com.cn"),
            ("us-gov-west-1", "amazonaws.com"),
            ("us-iso-east-1", "c2s.ic.gov"),
            ("us-isob-east-1", "sc2s.sgov.gov"),
            ("eu-isoe-west-1", "cloud.adc-e.uk"),
            ("us-isof-south-1", "csp.hci.ic.gov"),
            ("eusc-de-east-1", "amazonaws.eu"),
        ] {
            let url = object_url(region, "lilo-own", "templates/1.yaml").await.unwrap();
            assert_eq!(url, format!("https://lilo-own.s3.{region}.{domain}/templates/1.yaml"));
        }
    }

    #[test]
    fn the_callers_arn_names_the_partition() {
        for (arn, partition) in [
            ("arn:aws:iam::111122223333:user/a", "aws"),
            ("arn:aws-cn:sts::111122223333:assumed-role/a/b", "aws-cn"),
            ("arn:aws-iso-b:iam::111122223333:root", "aws-iso-b"),
        ] {
            assert_eq!(of_caller(arn), partition);
        }
        assert!(console("aws-us-gov").unwrap().ends_with("amazonaws-us-gov.com"));
        let error = console("aws-iso").unwrap_err().line();
        assert!(error.contains("aws-iso") && error.contains("without --console"), "{error}");
    }
}

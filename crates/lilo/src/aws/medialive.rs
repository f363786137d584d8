//! Whether MediaLive is in the Region at all, and how many channels there are.

use aws_config::retry::RetryConfig;
use aws_sdk_medialive::config::Builder;
use aws_sdk_medialive::types::ChannelState;

use super::Aws;
use crate::Error;

/// The Regions with MediaLive, by partition: endpoints.json of botocore 1.44.8, without the FIPS
/// endpoints. A test compares them with the botocore that `make clients` installs.
const REGIONS: [(&str, &[&str]); 3] = [
    (
        "aws",
        &[
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-4",
            "ap-southeast-5",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "me-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-2",
        ],
    ),
    ("aws-iso", &["us-iso-east-1"]),
    ("aws-iso-b", &["us-isob-east-1"]),
];

/// MediaLive's quota of channels in a Region, unless the account has another (user guide,
/// "Limits").
pub(crate) const CHANNEL_QUOTA: usize = 5;

/// The Regions with MediaLive in a partition, for people to read.
pub(crate) fn regions(partition: &str) -> String {
    let known = REGIONS.iter().find(|(name, _)| *name == partition);
    known.map_or_else(
        || format!("no Region of the partition {partition}"),
        |(_, regions)| regions.join(", "),
    )
}

impl Aws {
    /// How many channels there are in the Region, LILO's or not; `None` if this user may not know.
    ///
    /// # Errors
    /// When MediaLive does not answer here.
    pub(crate) async fn count_channels(&self) -> Result<Option<usize>, Error> {
        // Fewer attempts: a Region without MediaLive has no such host.
        let soon = Builder::new().retry_config(RetryConfig::standard());
        let (mut count, mut token) = (0, None);
        loop {
            let call = self.medialive.list_channels().set_next_token(token);
            let page = match call.customize().config_override(soon.clone()).send().await {
                Ok(page) => page,
                Err(error) if error.raw_response().is_some() => return Ok(None),
                Err(error) => return Err(self.no_medialive(error.into())),
            };
            let kept =
                page.channels().iter().filter(|it| it.state() != Some(&ChannelState::Deleted));
            count += kept.count();
            token = page.next_token.filter(|next| !next.is_empty());
            if token.is_none() {
                return Ok(Some(count));
            }
        }
    }

    fn no_medialive(&self, source: Box<dyn std::error::Error + Send + Sync>) -> Error {
        let regions = regions(&self.partition);
        Error::NoMediaLiveHere { region: self.region.clone(), regions, source }
    }
}

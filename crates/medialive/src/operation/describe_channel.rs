use std::collections::HashMap;

use aws_sdk_medialive::types;
use lilo_lifecycle::channel::{self, Channel};

use crate::{Error, MediaLive};

const OPERATION: &str = "DescribeChannel";

impl MediaLive {
    /// What MediaLive shows of channel `id`, also for a while after it is DELETED.
    ///
    /// # Errors
    /// [`Error`]; `NotFound` for a channel that never was or is forgotten.
    pub async fn describe_channel(&self, id: &str) -> Result<Channel, Error> {
        let output = self
            .sdk
            .describe_channel()
            .channel_id(id)
            .send()
            .await
            .map_err(|error| Error::sort(OPERATION, channel::label(id), error))?;
        let label = channel::label(id);
        domain(OPERATION, &label, output.id, output.arn, output.state, output.tags)
    }
}

/// A channel as operation `operation` of `resource` returned it.
pub(super) fn domain(
    operation: &'static str,
    resource: &str,
    id: Option<String>,
    arn: Option<String>,
    state: Option<types::ChannelState>,
    tags: Option<HashMap<String, String>>,
) -> Result<Channel, Error> {
    let incomplete = |what| Error::incomplete(operation, resource, what);
    let state = state.and_then(|state| state.as_str().parse().ok());
    Ok(Channel {
        id: id.ok_or_else(|| incomplete("id"))?,
        arn: arn.ok_or_else(|| incomplete("arn"))?,
        state: state.ok_or_else(|| incomplete("state"))?,
        tags: tags.unwrap_or_default().into_iter().collect(),
    })
}

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
        seen!(output).into_domain(OPERATION, &channel::label(id))
    }
}

/// The [`Seen`] of an SDK type that has a channel's members: each operation has its own.
macro_rules! seen {
    ($channel:expr) => {{
        let channel = $channel;
        $crate::operation::describe_channel::Seen {
            id: channel.id,
            arn: channel.arn,
            state: channel.state,
            class: channel.channel_class,
            attachments: channel.input_attachments,
            tags: channel.tags,
        }
    }};
}
pub(super) use seen;

/// The members of a channel that decisions need.
pub(super) struct Seen {
    pub(super) id: Option<String>,
    pub(super) arn: Option<String>,
    pub(super) state: Option<types::ChannelState>,
    pub(super) class: Option<types::ChannelClass>,
    pub(super) attachments: Option<Vec<types::InputAttachment>>,
    pub(super) tags: Option<HashMap<String, String>>,
}

impl Seen {
    /// The channel that `operation` of `resource` returned.
    pub(super) fn into_domain(
        self,
        operation: &'static str,
        resource: &str,
    ) -> Result<Channel, Error> {
        let incomplete = |what| Error::incomplete(operation, resource, what);
        let state = self.state.and_then(|state| state.as_str().parse().ok());
        let attachments = self.attachments.unwrap_or_default().into_iter();
        let class = self.class.and_then(|class| class.as_str().parse().ok());
        Ok(Channel {
            id: self.id.ok_or_else(|| incomplete("id"))?,
            arn: self.arn.ok_or_else(|| incomplete("arn"))?,
            state: state.ok_or_else(|| incomplete("state"))?,
            class: class.ok_or_else(|| incomplete("channelClass"))?,
            input_ids: attachments.filter_map(|it| it.input_id).collect(),
            tags: self.tags.unwrap_or_default().into_iter().collect(),
        })
    }
}

//! Calls for the page: thumbnails, alerts and the newest stack events.

use aws_sdk_medialive::types::ChannelAlertState;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use lilo_page::{Alert, StackEvent};

use super::failure::failed;
use super::{Aws, stack};
use crate::Error;

impl Aws {
    /// A pipeline's thumbnail, a JPEG; `None` while it has none.
    pub(crate) async fn thumbnail(&self, channel: &str, pipeline: usize) -> Option<Vec<u8>> {
        let call = self.medialive.describe_thumbnails().channel_id(channel);
        let call = call.pipeline_id(pipeline.to_string()).thumbnail_type("CURRENT_ACTIVE");
        let details = call.send().await.ok()?.thumbnail_details.unwrap_or_default();
        let mut thumbnails = details.into_iter().flat_map(|it| it.thumbnails.unwrap_or_default());
        BASE64_STANDARD.decode(thumbnails.find_map(|it| it.body)?).ok()
    }

    /// The channel's alerts that are set.
    pub(crate) async fn alerts(&self, channel: &str) -> Result<Vec<Alert>, Error> {
        let call = self.medialive.list_alerts().channel_id(channel);
        let answer = call.state_filter(ChannelAlertState::Set.as_str()).send().await;
        let answer = answer.map_err(|error| failed(error, "list the channel's alerts"))?;
        let alerts = answer.alerts.unwrap_or_default().into_iter();
        let shown = alerts.map(|alert| Alert {
            kind: alert.alert_type.unwrap_or_default(),
            pipeline: alert.pipeline_id.unwrap_or_default(),
            message: alert.message.unwrap_or_default(),
        });
        Ok(shown.collect())
    }

    /// The newest page of a stack's events, oldest first.
    pub(crate) async fn newest_stack_events(&self, id: &str) -> Result<Vec<StackEvent>, Error> {
        let page = match self.cloudformation.describe_stack_events().stack_name(id).send().await {
            Ok(page) => page.stack_events.unwrap_or_default(),
            Err(error) if stack::says_no_such_stack(&error) => Vec::new(),
            Err(error) => return Err(failed(error, "read the stack's events")),
        };
        let shown = page.into_iter().rev().map(|event| {
            let time = event.timestamp.and_then(|it| Timestamp::from_second(it.secs()).ok());
            let status = event.resource_status.map(|it| it.as_str().to_owned());
            let id = event.physical_resource_id.unwrap_or_default();
            StackEvent {
                key: event.event_id.unwrap_or_default(),
                time: time.unwrap_or_default(),
                resource: event.logical_resource_id.unwrap_or_default(),
                status: status.unwrap_or_default(),
                detail: event.resource_status_reason.unwrap_or(id),
            }
        });
        Ok(shown.collect())
    }
}

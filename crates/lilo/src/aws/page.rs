//! Calls for the page: thumbnails, alerts and the newest stack events.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_medialive::operation::describe_thumbnails::DescribeThumbnailsError;
use aws_sdk_medialive::types::ChannelAlertState;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use lilo_page::{Alert, StackEvent};

use super::failure::failed;
use super::{Aws, stack};
use crate::Error;

/// The most time that a call for the page takes, with all its attempts.
const CALL_LIMIT: Duration = Duration::from_secs(10);

impl Aws {
    /// The same account for the page, whose calls soon come again: they end early, so that the page
    /// says why it is not up to date.
    pub(crate) fn for_the_page(&self) -> Self {
        let retry = RetryConfig::standard();
        let limit = TimeoutConfig::builder().operation_timeout(CALL_LIMIT).build();
        let cloudformation = self.cloudformation.config().to_builder();
        let cloudformation =
            cloudformation.retry_config(retry.clone()).timeout_config(limit.clone());
        let medialive = self.medialive.config().to_builder();
        let medialive = medialive.retry_config(retry).timeout_config(limit);
        Self {
            cloudformation: aws_sdk_cloudformation::Client::from_conf(cloudformation.build()),
            medialive: aws_sdk_medialive::Client::from_conf(medialive.build()),
            ..self.clone()
        }
    }

    /// A pipeline's thumbnail, a JPEG; `None` while it has none.
    pub(crate) async fn thumbnail(
        &self,
        channel: &str,
        pipeline: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        let call = self.medialive.describe_thumbnails().channel_id(channel);
        let call = call.pipeline_id(pipeline.to_string()).thumbnail_type("CURRENT_ACTIVE");
        let details = match call.send().await {
            Ok(answer) => answer.thumbnail_details.unwrap_or_default(),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DescribeThumbnailsError::is_not_found_exception) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(failed(error, "get the channel's thumbnails")),
        };
        let mut thumbnails = details.into_iter().flat_map(|it| it.thumbnails.unwrap_or_default());
        Ok(thumbnails.find_map(|it| BASE64_STANDARD.decode(it.body?).ok()))
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

//! The event: which channel it is about.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use lilo_lifecycle::medialive_id;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a MediaLive Channel State Change says (MediaLive user guide, "JSON for a state change event"). Which state it is
/// about does not matter here.
#[derive(Debug, Deserialize, Serialize)]
struct StateChange {
    channel_arn: String,
}

/// What is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum NotAStateChange {
    /// The JSON is another event's.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The ARN in it is not a channel's.
    #[error("\"{0}\" is not the ARN of a channel")]
    Arn(String),
}

/// The id of the channel, from `detail.channel_arn`: in AWS's own example `resources` names another one.
pub(crate) fn channel_id(payload: Value) -> Result<String, NotAStateChange> {
    let event: EventBridgeEvent<StateChange> = serde_json::from_value(payload)?;
    let arn = event.detail.channel_arn;
    // arn:PARTITION:medialive:REGION:ACCOUNT:channel:ID
    let mut parts = arn.split(':').skip(2);
    let (service, kind, id) = (parts.next(), parts.nth(2), parts.next());
    match (service, kind, id.and_then(medialive_id), parts.next()) {
        (Some("medialive"), Some("channel"), Some(id), None) => Ok(id.to_owned()),
        _ => Err(NotAStateChange::Arn(arn)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(arn: &str) -> Value {
        json!({
            "version": "0", "id": "6f87d04b", "detail-type": "MediaLive Channel State Change",
            "source": "aws.medialive", "account": "111122223333", "time": "2026-11-22T10:00:00Z",
            "region": "eu-west-1", "resources": ["arn:aws:medialive:eu-west-1:111122223333:channel:9"],
            "detail": {
                "channel_arn": arn, "state": "CREATED", "message": "Created channel",
                "pipelines_running_count": 0,
            },
        })
    }

    #[test]
    fn the_channel_is_the_one_in_the_detail() {
        let id = channel_id(event("arn:aws:medialive:eu-west-1:111122223333:channel:1234567"));
        assert_eq!(id.expect("an id"), "1234567");
    }

    #[test]
    fn an_event_about_something_else_is_refused() {
        for arn in [
            "",
            "arn:aws:medialive:eu-west-1:111122223333:input:1234567",
            "arn:aws:medialive:eu-west-1:111122223333:channel:../1",
            "arn:aws:ec2:eu-west-1:111122223333:channel:1234567",
        ] {
            assert!(channel_id(event(arn)).is_err(), "{arn}");
        }
        assert!(channel_id(json!({"detail": {}})).is_err());
    }
}

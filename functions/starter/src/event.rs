//! The event: why the starter is invoked, and which channel it is about.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use jiff::Timestamp;
use lilo_lifecycle::channel::reconcile::Look;
use lilo_lifecycle::medialive_id;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the starter is invoked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A channel of the account changed its state.
    StateChange {
        /// The channel's id.
        channel_id: String,
        /// The time, and when it stopped.
        look: Look,
    },
    /// Five minutes have passed.
    Sweep,
}

/// What a MediaLive Channel State Change says (MediaLive user guide, "JSON for a state change
/// event").
#[derive(Debug, Deserialize, Serialize)]
struct StateChange {
    channel_arn: String,
    state: Option<String>,
    /// A channel of class STANDARD tells of each pipeline by itself.
    pipelines_running_count: Option<u32>,
}

/// The detail-type of what a rule with a schedule sends (EventBridge user guide, "Scheduled
/// rules").
const SCHEDULED: &str = "Scheduled Event";

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

impl Event {
    /// Reads the event. The channel is the one in `detail.channel_arn`: in AWS's
    /// own example `resources` names another one.
    pub(crate) fn read(payload: Value, now: Timestamp) -> Result<Self, NotAStateChange> {
        if payload["detail-type"] == SCHEDULED {
            return Ok(Self::Sweep);
        }
        let event: EventBridgeEvent<StateChange> = serde_json::from_value(payload)?;
        let time = event.time.and_then(|time| Timestamp::from_second(time.timestamp()).ok());
        let StateChange { channel_arn, state, pipelines_running_count } = event.detail;
        let stopped =
            state.as_deref() == Some("STOPPED") && pipelines_running_count.unwrap_or(0) == 0;
        let look = Look { now, stopped_at: stopped.then(|| time.unwrap_or(now)) };
        Ok(Self::StateChange { channel_id: channel_id(channel_arn)?, look })
    }
}

fn channel_id(arn: String) -> Result<String, NotAStateChange> {
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

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

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
        let mut event = event("arn:aws:medialive:eu-west-1:111122223333:channel:1234567");
        let read = |event: &Value| Event::read(event.clone(), NOW).expect("a state change");
        let at = "2026-11-22T10:00:00Z".parse().expect("a time");
        let of = |stopped_at| {
            let look = Look { now: NOW, stopped_at };
            Event::StateChange { channel_id: "1234567".into(), look }
        };

        assert_eq!(read(&event), of(None));
        event["detail"]["state"] = "STOPPED".into();
        assert_eq!(read(&event), of(Some(at)));
        event["detail"]["pipelines_running_count"] = 1.into();
        assert_eq!(read(&event), of(None), "the other pipeline runs");
        event["detail"]["pipelines_running_count"] = 0.into();
        event["time"] = Value::Null;
        assert_eq!(read(&event), of(Some(NOW)));
    }

    #[test]
    fn a_schedule_asks_for_the_sweep() {
        let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
        assert_eq!(Event::read(event, NOW).expect("the sweep's"), Event::Sweep);
    }

    #[test]
    fn an_event_about_something_else_is_refused() {
        for arn in [
            "",
            "arn:aws:medialive:eu-west-1:111122223333:input:1234567",
            "arn:aws:medialive:eu-west-1:111122223333:channel:../1",
            "arn:aws:ec2:eu-west-1:111122223333:channel:1234567",
        ] {
            assert!(Event::read(event(arn), NOW).is_err(), "{arn}");
        }
        assert!(Event::read(json!({"detail": {}}), NOW).is_err());
    }
}

//! A stack event and its meaning.

use aws_sdk_cloudformation::types;
use jiff::Timestamp;
use serde::Serialize;

use crate::ui::screen::row;

/// A stack event.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Event {
    #[serde(skip)]
    pub(super) id: String,
    timestamp: Timestamp,
    stack_name: String,
    pub(super) logical_resource_id: String,
    resource_type: String,
    physical_resource_id: String,
    resource_status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_status_reason: Option<String>,
}

impl Event {
    /// Whether it is about the stack itself. A resource may have the stack's name.
    fn is_of_stack(&self, id: &str) -> bool {
        self.physical_resource_id == id
    }

    /// Whether it is the start of an operation on the whole stack.
    pub(super) fn starts_operation(&self, stack: &str) -> bool {
        self.is_of_stack(stack)
            && ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"]
                .contains(&self.resource_status.as_str())
    }

    /// Whether an operation on the whole stack is running; a review is none.
    pub(super) fn shows_operation(&self, stack: &str) -> bool {
        self.is_of_stack(stack)
            && self.resource_status.ends_with("_IN_PROGRESS")
            && self.resource_status != "REVIEW_IN_PROGRESS"
    }

    /// Whether it gives the original reason of a failure.
    pub(super) fn is_cause(&self) -> bool {
        let reason = self.resource_status_reason.as_deref().unwrap_or_default();
        self.resource_status.ends_with("_FAILED")
            && !reason.is_empty()
            && !reason.contains("cancelled")
    }

    pub(super) fn cause(&self) -> String {
        let reason = self.resource_status_reason.as_deref().unwrap_or_default();
        format!("{}: {reason}", self.logical_resource_id)
    }

    pub(super) fn name_width(&self) -> usize {
        self.logical_resource_id.chars().count()
    }

    /// Whether the count says enough of it: a resource of a type of AWS's own that has not failed.
    pub(super) fn is_only_counted(&self, stack: &str) -> bool {
        self.resource_type.starts_with("AWS::")
            && !self.is_of_stack(stack)
            && !self.resource_status.ends_with("_FAILED")
    }

    /// Whether it is the end of a resource that is only counted.
    pub(super) fn is_counted_end(&self, stack: &str) -> bool {
        self.is_only_counted(stack) && self.resource_status.ends_with("_COMPLETE")
    }

    /// Whether it is the end of an operation on the whole stack.
    pub(super) fn ends_operation(&self, stack: &str) -> bool {
        self.is_of_stack(stack) && self.resource_status.ends_with("_COMPLETE")
    }

    /// One line; `width` is the longest name's, and `note` stands at the end.
    pub(super) fn row(&self, width: usize, note: &str) -> String {
        let id = self.physical_resource_id.as_str();
        // An ARN only repeats the name beside it.
        let id = if id.starts_with("arn:") { "" } else { id };
        let reason = self.resource_status_reason.as_deref().unwrap_or_default();
        let what = format!("{:<26} {id} {reason}{note}", self.resource_type);
        row(self.timestamp, (&self.logical_resource_id, width), &self.resource_status, &what)
    }
}

impl From<types::StackEvent> for Event {
    fn from(event: types::StackEvent) -> Self {
        let time = event.timestamp.and_then(|time| {
            Timestamp::new(time.secs(), time.subsec_nanos().try_into().ok()?).ok()
        });
        let reason = event.resource_status_reason.filter(|reason| !reason.is_empty());
        Self {
            id: event.event_id.unwrap_or_default(),
            timestamp: time.unwrap_or_default(),
            stack_name: event.stack_name.unwrap_or_default(),
            logical_resource_id: event.logical_resource_id.unwrap_or_default(),
            resource_type: event.resource_type.unwrap_or_default(),
            physical_resource_id: event.physical_resource_id.unwrap_or_default(),
            resource_status: event
                .resource_status
                .map(|status| status.as_str().to_owned())
                .unwrap_or_default(),
            resource_status_reason: reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACK: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Channel/1";

    fn event(logical_id: &str, physical_id: &str, status: &str) -> Event {
        let event = types::StackEvent::builder()
            .logical_resource_id(logical_id)
            .physical_resource_id(physical_id)
            .resource_status(status.into());
        Event::from(event.build())
    }

    #[test]
    fn an_order_to_a_stack_is_none_to_the_resource_of_its_name() {
        for (physical_id, status, order, beginning) in [
            (STACK, "UPDATE_IN_PROGRESS", true, true),
            (STACK, "UPDATE_ROLLBACK_IN_PROGRESS", false, true),
            (STACK, "REVIEW_IN_PROGRESS", false, false),
            (STACK, "UPDATE_COMPLETE", false, false),
            ("1000002", "UPDATE_IN_PROGRESS", false, false),
            ("", "CREATE_IN_PROGRESS", false, false),
        ] {
            let event = event("Channel", physical_id, status);
            assert_eq!(event.starts_operation(STACK), order, "{event:?}");
            assert_eq!(event.shows_operation(STACK), beginning, "{event:?}");
        }
    }

    #[test]
    fn a_failure_is_shown_and_never_only_counted() {
        let role = |status: &str| Event {
            resource_type: "AWS::IAM::Role".to_owned(),
            ..event("InputRole", "lilo-role", status)
        };
        for (status, counted, ended) in [
            ("CREATE_IN_PROGRESS", true, false),
            ("CREATE_COMPLETE", true, true),
            ("CREATE_FAILED", false, false),
            ("DELETE_FAILED", false, false),
        ] {
            let event = role(status);
            assert_eq!(event.is_only_counted(STACK), counted, "{event:?}");
            assert_eq!(event.is_counted_end(STACK), ended, "{event:?}");
        }
    }
}

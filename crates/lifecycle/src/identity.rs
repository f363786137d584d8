//! The stack and resource of a request, and its physical id.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

/// Alone: the Create called nothing. Before a time: MediaLive refused the Create that was requested
/// then.
const NOTHING_MADE: &str = "lilo-nothing-made";
/// Before a time: nobody knows whether the Create that was requested then has made a resource, or
/// still does.
const PERHAPS_MADE: &str = "lilo-perhaps-made";

/// What a physical id says of the resource that a Create has made.
///
/// The times say when CloudFormation requested the Create, to the second. The resource carries the
/// same time ([`tags::REQUESTED_AT`](crate::tags::REQUESTED_AT)), so that a Delete leaves alone
/// what a later Create has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhysicalId<'a> {
    /// A resource, by MediaLive's id.
    Made(&'a str),
    /// No resource: the Create called nothing.
    Nothing,
    /// No resource: MediaLive refused the Create.
    Refused(Timestamp),
    /// Nobody knows.
    Perhaps(Timestamp),
    /// Nobody knows: CloudFormation assigned this id, as the Create has not replied yet.
    AssignedByCloudFormation,
}

impl<'a> PhysicalId<'a> {
    /// Reads an id.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let after = |marker: &str| {
            let seconds = text.strip_prefix(marker)?.strip_prefix('-')?.parse().ok()?;
            Timestamp::from_second(seconds).ok()
        };
        if text == NOTHING_MADE {
            Self::Nothing
        } else if let Some(id) = medialive_id(text) {
            Self::Made(id)
        } else if let Some(requested_at) = after(NOTHING_MADE) {
            Self::Refused(requested_at)
        } else {
            after(PERHAPS_MADE).map_or(Self::AssignedByCloudFormation, Self::Perhaps)
        }
    }
}

impl fmt::Display for PhysicalId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Made(id) => f.write_str(id),
            Self::Nothing | Self::AssignedByCloudFormation => f.write_str(NOTHING_MADE),
            Self::Refused(time) => write!(f, "{NOTHING_MADE}-{}", time.as_second()),
            Self::Perhaps(time) => write!(f, "{PERHAPS_MADE}-{}", time.as_second()),
        }
    }
}

/// The stack and the resource in it that a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// ARN of the stack.
    pub stack_id: String,
    /// The resource's name in the template.
    pub logical_id: String,
}

impl Identity {
    /// The name of the stack, from its ARN `arn:…:stack/NAME/UUID`; the whole text when it is no
    /// such ARN.
    #[must_use]
    pub fn stack_name(&self) -> &str {
        self.stack_id.split('/').nth(1).unwrap_or(&self.stack_id)
    }

    /// The idempotency token of a creation (`requestId`): every delivery of one request has the
    /// same, every other request another.
    ///
    /// `nonce` differs between requests with the same RequestId: CloudFormation can reuse one on a
    /// retried deployment (aws-cdk issue 35957), and MediaLive would return the resource of the
    /// first.
    #[must_use]
    pub fn idempotency_token(&self, request_id: &str, nonce: &str) -> String {
        let name = format!("{}\n{}\n{request_id}\n{nonce}", self.stack_id, self.logical_id);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
    }
}

/// The text as an id of MediaLive's (decimal digits), or `None` for any other.
#[must_use]
pub fn medialive_id(physical_id: &str) -> Option<&str> {
    let decimal = !physical_id.is_empty() && physical_id.bytes().all(|b| b.is_ascii_digit());
    decimal.then_some(physical_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
            logical_id: "Channel".into(),
        }
    }

    #[test]
    fn a_stack_is_named_by_its_arn() {
        assert_eq!(identity().stack_name(), "news");
    }

    #[test]
    fn a_token_differs_by_stack_resource_request_and_nonce_only() {
        let token = identity().idempotency_token("r1", "a");
        let other_stack = Identity { stack_id: "arn:…:stack/sport/1".into(), ..identity() };
        let other_resource = Identity { logical_id: "Input".into(), ..identity() };

        assert_eq!(token, identity().idempotency_token("r1", "a"));
        for other in [
            identity().idempotency_token("r2", "a"),
            identity().idempotency_token("r1", "b"),
            other_stack.idempotency_token("r1", "a"),
            other_resource.idempotency_token("r1", "a"),
        ] {
            assert_ne!(token, other);
        }
    }

    #[test]
    fn only_decimal_ids_are_medialives() {
        assert_eq!(medialive_id("1234567"), Some("1234567"));
        for foreign in [NOTHING_MADE, "", "12a", "2024/01/01/[$LATEST]abc"] {
            assert_eq!(medialive_id(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_physical_id_says_what_was_made() {
        let requested_at = Timestamp::constant(1_763_805_600, 0);
        for id in [
            PhysicalId::Made("1234567"),
            PhysicalId::Nothing,
            PhysicalId::Refused(requested_at),
            PhysicalId::Perhaps(requested_at),
        ] {
            assert_eq!(PhysicalId::of(&id.to_string()), id);
        }
        for text in [
            "",
            "Dev-Channel-1ABC",
            "lilo-nothing-made-",
            "lilo-perhaps-made-soon",
            "lilo-perhaps-made-99999999999999999",
        ] {
            assert_eq!(PhysicalId::of(text), PhysicalId::AssignedByCloudFormation, "{text}");
        }
    }
}

//! Which request of which stack something belongs to.

use std::fmt;

use uuid::Uuid;

/// Before the time of a Create that MediaLive refused; alone, of one that asked MediaLive for nothing.
const NOTHING_MADE: &str = "lilo-nothing-made";
/// Before the time of a Create of which nobody knows whether it has made something, or still does.
const PERHAPS_MADE: &str = "lilo-perhaps-made";

/// What the physical id of a resource says of what was made for it.
///
/// The times are seconds since 1970, when CloudFormation asked for the Create. What it has made carries the same time
/// ([`tags::ASKED`](crate::tags::ASKED)), so that its Delete takes away nothing that another Create has made since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhysicalId<'a> {
    /// This, by MediaLive's id.
    Made(&'a str),
    /// Nothing: MediaLive was not asked.
    Nothing,
    /// Nothing by the request that was answered with it.
    Refused(u64),
    /// Nobody knows.
    Perhaps(u64),
    /// Nobody knows, and no Create of ours returned it: CloudFormation makes one up for what has not answered yet.
    MadeUp,
}

impl<'a> PhysicalId<'a> {
    /// Reads an id.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let after = |marker: &str| text.strip_prefix(marker)?.strip_prefix('-')?.parse().ok();
        if text == NOTHING_MADE {
            Self::Nothing
        } else if let Some(id) = medialive_id(text) {
            Self::Made(id)
        } else if let Some(asked) = after(NOTHING_MADE) {
            Self::Refused(asked)
        } else {
            after(PERHAPS_MADE).map_or(Self::MadeUp, Self::Perhaps)
        }
    }
}

impl fmt::Display for PhysicalId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Made(id) => f.write_str(id),
            Self::Nothing | Self::MadeUp => f.write_str(NOTHING_MADE),
            Self::Refused(asked) => write!(f, "{NOTHING_MADE}-{asked}"),
            Self::Perhaps(asked) => write!(f, "{PERHAPS_MADE}-{asked}"),
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
    /// The name of the stack, from its ARN `arn:…:stack/NAME/UUID`; the whole text when it is no such ARN.
    #[must_use]
    pub fn stack_name(&self) -> &str {
        self.stack_id.split('/').nth(1).unwrap_or(&self.stack_id)
    }

    /// The token that MediaLive tells repeated creations by (`requestId`): the same however often one request is
    /// delivered, another for every other request.
    ///
    /// `nonce` is what no other request has, if its id has been used before: CloudFormation can reuse a RequestId on a
    /// retried deployment (aws-cdk issue 35957), and MediaLive would return the object of the first.
    #[must_use]
    pub fn create_token(&self, request_id: &str, nonce: &str) -> String {
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
    fn a_create_token_differs_by_stack_resource_request_and_nonce_only() {
        let token = identity().create_token("r1", "a");
        let other_stack = Identity { stack_id: "arn:…:stack/sport/1".into(), ..identity() };
        let other_resource = Identity { logical_id: "Input".into(), ..identity() };

        assert_eq!(token, identity().create_token("r1", "a"));
        for other in [
            identity().create_token("r2", "a"),
            identity().create_token("r1", "b"),
            other_stack.create_token("r1", "a"),
            other_resource.create_token("r1", "a"),
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
        for id in [
            PhysicalId::Made("1234567"),
            PhysicalId::Nothing,
            PhysicalId::Refused(1_763_805_600),
            PhysicalId::Perhaps(1_763_805_600),
        ] {
            assert_eq!(PhysicalId::of(&id.to_string()), id);
        }
        for made_up in ["", "Dev-Channel-1ABC", "lilo-nothing-made-", "lilo-perhaps-made-soon"] {
            assert_eq!(PhysicalId::of(made_up), PhysicalId::MadeUp, "{made_up}");
        }
    }
}

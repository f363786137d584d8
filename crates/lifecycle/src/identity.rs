//! Which request of which stack something belongs to.

use uuid::Uuid;

/// The physical id of a Create that knows of nothing that it made: a Delete that carries it looks for the stack's tags.
pub const NOTHING_MADE: &str = "lilo-nothing-made";

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

/// The physical id as an id of MediaLive's (decimal digits), or `None` for one that no Create of ours returned for
/// something it made, such as [`NOTHING_MADE`].
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
}

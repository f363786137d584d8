//! Errors, sorted by what the caller does next.
//!
//! Matched on HTTP status and error code: the SDK's variants are uneven (no NotFound and no
//! TooManyRequests for UpdateChannel, no Conflict for CreateInput), so that a 404 or 429 would land
//! in "unhandled".

use aws_sdk_medialive::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use lilo_lifecycle::tags::CONDITIONS_OFF;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong with a call to MediaLive.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such resource, or none that the call names (404).
    #[error("{operation} of {resource}: not found (404): {message}")]
    NotFound {
        /// Name of the operation.
        operation: &'static str,
        /// Kind and id.
        resource: String,
        /// MediaLive's words.
        message: String,
    },
    /// The resource's state does not allow it now (409): look again.
    #[error("{operation} of {resource} conflicts with its state: {message}")]
    Conflict {
        /// Name of the operation.
        operation: &'static str,
        /// Kind and id.
        resource: String,
        /// MediaLive's words.
        message: String,
    },
    /// Too many calls, or a quota is used up (429). The call had no effect.
    #[error(
        "MediaLive throttled {operation} of {resource} (429): {message}; try again later, or raise the quota that it \
         names{}",
        quota(operation)
    )]
    Throttled {
        /// Name of the operation.
        operation: &'static str,
        /// Kind and id.
        resource: String,
        /// MediaLive's words.
        message: String,
    },
    /// MediaLive will not do it as asked (other 4xx): repeating does not help.
    #[error(
        "MediaLive refused {operation} of {resource} ({status} {code}): {message}{}",
        way_out(operation, *.status, message)
    )]
    Refused {
        /// Name of the operation.
        operation: &'static str,
        /// Kind and id.
        resource: String,
        /// HTTP status.
        status: u16,
        /// MediaLive's error code, such as `ForbiddenException`.
        code: String,
        /// MediaLive's words.
        message: String,
    },
    /// No answer, or one that tells nothing (5xx, connection, timeout): it may or may not have been
    /// carried out.
    #[error("{operation} of {resource} got no usable answer from MediaLive{}; try again", status_text(*.status))]
    Unknown {
        /// Name of the operation.
        operation: &'static str,
        /// Kind and id.
        resource: String,
        /// HTTP status, if there was an answer.
        status: Option<u16>,
        /// What the SDK says.
        source: Source,
    },
}

fn status_text(status: Option<u16>) -> String {
    status.map(|status| format!(" (HTTP {status})")).unwrap_or_default()
}

/// The quota of channels (user guide, "Limits"; an account may have another).
fn quota(operation: &str) -> &'static str {
    if operation == "CreateChannel" { " (5 channels in a Region by default)" } else { "" }
}

/// Parts of a denial's text that name another reason than the function's own right.
const OTHER_DENIALS: [&str; 6] = [
    "explicit deny",
    "iam:",
    "permissions boundary",
    "service control policy",
    "resource control policy",
    "session policy",
];

/// The way out of a denied call, if the condition of its right may be the reason
/// (infra/bootstrap.yaml, `TagConditions`). The rights to read have no condition. A denial by
/// another policy (IAM user guide, "Troubleshooting access denied error messages"), or of another
/// service's right, is not about tags.
fn way_out(operation: &str, status: u16, message: &str) -> String {
    let reads = operation.starts_with("Describe") || operation.starts_with("List");
    let other = OTHER_DENIALS.iter().any(|text| message.contains(text));
    if status != 403 || reads || other {
        return String::new();
    }
    format!(
        "; perhaps MediaLive does not pass to IAM the tags that the function's right asks for: run \
         `{CONDITIONS_OFF}`, then try again"
    )
}

/// Whether a refusal only says that the resource is in use now: DeleteInput of an attached input is
/// told with 409 by one source and with 400 by another, always as `Input ID is busy, it cannot be
/// deleted`.
fn says_busy(message: &str) -> bool {
    message.contains("is busy")
}

/// Whether a refusal says that MediaLive may not use the role yet: a new role becomes known bit by
/// bit. CreateInput says it with 400, "Please make sure the role exists and medialive.amazonaws.com
/// is a trusted service" or "MediaLive was denied access to this", CreateChannel with 422 (as
/// clients of both quote it).
fn says_untrusted(message: &str) -> bool {
    message.contains("is a trusted service")
        || message.contains("MediaLive was denied access to this")
}

/// Whether a refusal says that rights are missing: CreateChannel answers 422, "Please check your IAM
/// User permissions", for want of CreateChannel or PassRole
/// (aws-samples/aws-media-services-simple-live-workflow#19).
fn says_rights_are_missing(message: &str) -> bool {
    message.contains("IAM") && message.contains("permissions")
}

impl Error {
    /// Sorts what the SDK says about `operation` of `resource`.
    pub(crate) fn sort<E>(
        operation: &'static str,
        resource: impl Into<String>,
        error: SdkError<E, HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let resource = resource.into();
        let status = error.raw_response().map(|response| response.status().as_u16());
        let message = error.message().unwrap_or("no reason given").to_owned();
        match status {
            Some(404) => Self::NotFound { operation, resource, message },
            Some(409) => Self::Conflict { operation, resource, message },
            Some(400) if says_busy(&message) => Self::Conflict { operation, resource, message },
            Some(429) => Self::Throttled { operation, resource, message },
            Some(status @ 400..=499) => {
                let code = error.code().unwrap_or("no code").to_owned();
                Self::Refused { operation, resource, status, code, message }
            }
            _ => Self::Unknown { operation, resource, status, source: Box::new(error) },
        }
    }

    /// A refusal with the details that its message does not say already.
    pub(crate) fn with_details(mut self, details: &[String]) -> Self {
        if let Self::Refused { message, .. } = &mut self {
            for detail in details {
                if !message.contains(detail.as_str()) {
                    message.push_str("; ");
                    message.push_str(detail);
                }
            }
        }
        self
    }

    /// An answer that lacks what the API model promises.
    pub(crate) fn incomplete(
        operation: &'static str,
        resource: impl Into<String>,
        what: &'static str,
    ) -> Self {
        let source = format!("the answer has no valid {what}").into();
        Self::Unknown { operation, resource: resource.into(), status: None, source }
    }

    /// Whether another look may show that it has passed: a conflict, a resource that went away, or
    /// no answer.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::Throttled { .. }
            | Self::Unknown { .. } => true,
            Self::Refused { .. } => false,
        }
    }

    /// Whether there were too many calls. The call had no effect.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(self, Self::Throttled { .. })
    }

    /// Whether MediaLive may have carried the call out.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// Whether the same call may be answered when it is made again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Unknown { .. })
    }

    /// Whether MediaLive may not use the role yet, which passes when the role is new.
    #[must_use]
    pub fn is_about_trust(&self) -> bool {
        matches!(self, Self::Refused { message, .. } if says_untrusted(message))
    }

    /// Whether a role may be too new: the access role ([`Error::is_about_trust`]), or the caller's
    /// own, whose rights IAM makes known bit by bit.
    #[must_use]
    pub fn may_be_a_new_role(&self) -> bool {
        let is_denied = match self {
            Self::Refused { status: 403, .. } => true,
            Self::Refused { status: 422, message, .. } => says_rights_are_missing(message),
            Self::Refused { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::Throttled { .. }
            | Self::Unknown { .. } => false,
        };
        is_denied || self.is_about_trust()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_role_that_medialive_may_not_use_is_about_trust() {
        for message in [
            "Please make sure the role exists and medialive.amazonaws.com is a trusted service",
            "MediaLive was denied access to this role",
        ] {
            assert!(says_untrusted(message));
        }
        assert!(!says_untrusted("User is not authorized to perform medialive:CreateInput"));
    }

    #[test]
    fn only_a_denial_that_tags_may_explain_names_their_conditions() {
        for (operation, status, message, tags) in [
            ("CreateInput", 403, "not authorized to perform: medialive:CreateInput", true),
            ("StopChannel", 403, "", true),
            ("DescribeChannel", 403, "", false),
            ("ListInputs", 403, "", false),
            ("CreateInput", 400, "", false),
            ("CreateInput", 403, "with an explicit deny in a service control policy", false),
            ("CreateInput", 403, "because no permissions boundary allows the action", false),
            ("CreateInput", 403, "not authorized to perform: iam:PassRole", false),
        ] {
            let text = way_out(operation, status, message);
            assert_eq!(text.contains(CONDITIONS_OFF), tags, "{operation} {status} {message}");
        }
    }

    #[test]
    fn denials_may_be_a_new_role_and_other_refusals_not() {
        let refused = |status, message: &str| Error::Refused {
            operation: "CreateChannel",
            resource: "channel news".into(),
            status,
            code: "Exception".into(),
            message: message.into(),
        };
        let permissions = "Please check your IAM User permissions the following permissions are \
                           needed for this call \"medialive:CreateChannel\",\"iam:PassRole\"";
        for (status, message, new) in [
            (403, "not authorized", true),
            (422, permissions, true),
            (422, "role: medialive.amazonaws.com is a trusted service", true),
            (422, "Object references undefined destination", false),
            (400, permissions, false),
        ] {
            assert_eq!(refused(status, message).may_be_a_new_role(), new, "{status} {message}");
        }
    }

    #[test]
    fn only_medialives_busy_text_counts_as_busy() {
        assert!(says_busy("Input 1234567 is busy, it cannot be deleted"));
        assert!(!says_busy("Invalid URL () specified for inputSource"));
    }

    #[test]
    fn a_chain_names_each_cause_once() {
        let error = Error::incomplete("CreateInput", "input news", "id");

        assert_eq!(
            lilo_lifecycle::chain(&error),
            "CreateInput of input news got no usable answer from MediaLive; try again: \
             the answer has no valid id"
        );
    }
}

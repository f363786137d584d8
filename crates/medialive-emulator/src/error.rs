//! The API's errors, with the HTTP status and error type that a client sees.
//!
//! Clients match on the texts. They are MediaLive's where published (in its API model, or in a
//! report of a real answer), so they do not follow this project's style.

use http::StatusCode;
use serde::Serialize;

/// The statuses in the API's model, with their error types.
pub(crate) const STATUSES: [(u16, &str); 9] = [
    (400, "BadRequestException"),
    (403, "ForbiddenException"),
    (404, "NotFoundException"),
    (409, "ConflictException"),
    (422, "UnprocessableEntityException"),
    (429, "TooManyRequestsException"),
    (500, "InternalServerErrorException"),
    (502, "BadGatewayException"),
    (504, "GatewayTimeoutException"),
];

/// The model's error type for a status.
pub(crate) fn usual_type(status: u16) -> Option<&'static str> {
    STATUSES.iter().find(|(known, _)| *known == status).map(|(_, name)| *name)
}

/// A refused request; its Display is the `message` on the wire.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The request is malformed.
    #[error("{reason}")]
    Malformed { reason: String },
    /// awslabs/live-streaming-with-automated-multi-language-subtitling#16.
    #[error("Invalid URL ({url}) specified for inputSource")]
    InvalidSource { url: String },
    /// hashicorp/terraform-provider-aws#30659.
    #[error(
        "Exactly one of settings, MediaPackage settings, or Multiplex settings is required for destination {id}."
    )]
    DestinationKind { id: String },
    /// awsdocs/aws-cloudformation-user-guide PR#459 and PR#460.
    #[error("Non-empty {resource} name required")]
    NameRequired { resource: &'static str },
    /// awsdocs/aws-cloudformation-user-guide PR#461.
    #[error("Must specify at least one whitelist")]
    WhitelistRequired,
    #[error("Input Security Group not found")]
    SecurityGroupNotFound,
    #[error("The Input Security Group was not found.")]
    UpdatedSecurityGroupNotFound,
    /// aws-bench/aws-bench. The API's model lists no 409 for this operation.
    #[error(
        "Input Security Group {id} cannot be deleted because it is still being used by inputs."
    )]
    SecurityGroupInUse { id: String },
    #[error(
        "The Input Security Group was unable to be updated due to an issue with input security group resources."
    )]
    SecurityGroupUnable,
    #[error("Input not found")]
    InputNotFound,
    #[error("The input was not found.")]
    UpdatedInputNotFound,
    #[error("The channel you're trying to update the class on does not exist.")]
    ReclassedChannelNotFound,
    #[error("The channel you're requesting to {verb} does not exist.")]
    ChannelNotFound { verb: &'static str },
    #[error("There are no thumbnails for this channel.")]
    NoThumbnails,
    #[error("The specified channel doesn't exist.")]
    AlertedChannelNotFound,
    #[error("The arn was not found.")]
    ArnNotFound,
    /// aws-cloudformation/cloudformation-coverage-roadmap#2080.
    #[error("inputId={id} is already attached")]
    InputAttached { id: String },
    /// Its status depends on [`Choices`](crate::Choices).
    #[error("Input {id} is busy, it cannot be deleted")]
    InputBusy { id: String, bad_request: bool },
    /// rebuy-de/aws-nuke#446, which quotes only this part.
    #[error("Cannot delete a channel that has not been stopped yet. Please stop the channel")]
    ChannelNotStopped,
    #[error("The channel is unable to {verb} due to an issue with channel resources.")]
    ChannelUnable { verb: &'static str },
    #[error("The channel class cannot be updated due to an issue with channel resources.")]
    ClassUnable,
    #[error(
        "The input was unable to be updated at this time due to an issue with input resources."
    )]
    InputUnable,
    /// hashicorp/terraform-provider-aws, `internal/service/medialive/channel.go`.
    #[error("The first input attached to a channel cannot be a dynamic input")]
    DynamicFirst,
    /// All violations joined, as in aws-solutions/live-streaming-on-aws PR#6.
    #[error("{}", joined(.violations))]
    Invalid { violations: Vec<Violation> },
    /// The API's model has this text for inputs, and longer ones for channels.
    #[error("Limit exceeded")]
    Throttled,
    #[error("The channel or pipeline you specified doesn't exist.")]
    PipelineNotFound,
    #[error(
        "The service could not complete your request because there is a conflict with the current state of the resource."
    )]
    NotRunning,
    /// An injected fault's answer.
    #[error("{message}")]
    Injected { status: StatusCode, code: String, message: String },
    #[error("{operation} is not emulated")]
    NotEmulated { operation: String },
}

/// One problem with a channel, as `validationErrors` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Violation {
    /// Empty where MediaLive names none.
    pub(crate) element_path: String,
    pub(crate) error_message: String,
}

impl Error {
    /// The HTTP status and the `x-amzn-errortype`.
    pub(crate) fn status_and_type(&self) -> (StatusCode, &str) {
        match self {
            Self::Malformed { .. }
            | Self::InvalidSource { .. }
            | Self::DestinationKind { .. }
            | Self::NameRequired { .. }
            | Self::WhitelistRequired
            | Self::SecurityGroupInUse { .. }
            | Self::InputBusy { bad_request: true, .. }
            | Self::DynamicFirst => (StatusCode::BAD_REQUEST, "BadRequestException"),
            Self::InputNotFound
            | Self::UpdatedInputNotFound
            | Self::SecurityGroupNotFound
            | Self::UpdatedSecurityGroupNotFound
            | Self::ChannelNotFound { .. }
            | Self::ReclassedChannelNotFound
            | Self::AlertedChannelNotFound
            | Self::NoThumbnails
            | Self::PipelineNotFound
            | Self::ArnNotFound => (StatusCode::NOT_FOUND, "NotFoundException"),
            Self::InputAttached { .. }
            | Self::InputBusy { bad_request: false, .. }
            | Self::NotRunning
            | Self::ChannelNotStopped
            | Self::ChannelUnable { .. }
            | Self::ClassUnable
            | Self::SecurityGroupUnable
            | Self::InputUnable => (StatusCode::CONFLICT, "ConflictException"),
            Self::Invalid { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "UnprocessableEntityException")
            }
            Self::Throttled => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException"),
            Self::Injected { status, code, .. } => (*status, code),
            Self::NotEmulated { .. } => (StatusCode::NOT_IMPLEMENTED, "NotImplementedException"),
        }
    }

    /// A fault's error; without `code` its type is the model's for the status.
    pub(crate) fn injected(
        operation: &str,
        status: u16,
        code: Option<String>,
        message: Option<String>,
    ) -> Self {
        let usual = || usual_type(status).unwrap_or_default().to_owned();
        let text = || format!("{operation} failed because of an injected fault");
        Self::Injected {
            status: StatusCode::from_u16(status).expect("a fault is checked before"),
            code: code.unwrap_or_else(usual),
            message: message.unwrap_or_else(text),
        }
    }

    pub(crate) fn violations(&self) -> Option<&[Violation]> {
        if let Self::Invalid { violations } = self { Some(violations) } else { None }
    }
}

fn joined(violations: &[Violation]) -> String {
    let texts = violations.iter().map(|it| match it.element_path.as_str() {
        "" => it.error_message.clone(),
        path => format!("{path} {}", it.error_message),
    });
    texts.collect::<Vec<_>>().join("; ")
}

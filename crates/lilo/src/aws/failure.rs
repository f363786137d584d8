//! Sorts AWS errors by what the user can do.

use std::error::Error as StdError;

use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};

use crate::Error;
use crate::error::Reason;

/// Error codes of unknown or expired credentials.
const NOT_ACCEPTED: [&str; 11] = [
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "MissingAuthenticationToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];
/// Error codes of missing permissions.
const DENIED: [&str; 4] =
    ["AccessDenied", "AccessDeniedException", "ForbiddenException", "UnauthorizedOperation"];

/// The error of a failed call; `attempted` follows "to" in messages.
pub(crate) fn failed<E>(error: SdkError<E>, attempted: impl Into<String>) -> Error
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    let attempted = attempted.into();
    let status = error.raw_response().map(|response| response.status().as_u16());
    let Some(service) = error.as_service_error() else {
        return Error::Unreachable { attempted, source: error.into() };
    };
    let code = service.code().unwrap_or_default();
    // Answers without a body have only a status.
    let message = service.message().filter(|text| !text.is_empty()).unwrap_or(code).to_owned();
    if NOT_ACCEPTED.contains(&code) {
        Error::CredentialsRefused(Reason(format!("{code}: {message}")))
    } else if DENIED.contains(&code) || status == Some(403) {
        Error::Denied { attempted, source: Reason(message) }
    } else {
        let message =
            if message.is_empty() { format!("status {}", status.unwrap_or(0)) } else { message };
        Error::Refused { attempted, source: Reason(message) }
    }
}

//! Sorts what a call to AWS failed with by what the person can do.

use std::error::Error as StdError;

use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};

use crate::Error;

/// Codes by which AWS's services say that they know no such credentials, or do not trust them any
/// more.
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
/// Codes of a right that is missing.
const DENIED: [&str; 4] =
    ["AccessDenied", "AccessDeniedException", "ForbiddenException", "UnauthorizedOperation"];

/// The error of a call that was to do `attempted`, which follows "to".
pub(super) fn failed<E>(error: SdkError<E>, attempted: impl Into<String>) -> Error
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    let attempted = attempted.into();
    let status = error.raw_response().map(|response| response.status().as_u16());
    let Some(service) = error.as_service_error() else {
        return Error::Unreachable { attempted, source: error.into() };
    };
    let code = service.code().unwrap_or_default();
    // An answer without a body has its status alone.
    let said = service.message().filter(|text| !text.is_empty()).unwrap_or(code).to_owned();
    if NOT_ACCEPTED.contains(&code) {
        Error::CredentialsRefused { code: code.to_owned(), said }
    } else if DENIED.contains(&code) || status == Some(403) {
        Error::Denied { attempted, said }
    } else {
        let said = if said.is_empty() { format!("status {}", status.unwrap_or(0)) } else { said };
        Error::Refused { attempted, said }
    }
}

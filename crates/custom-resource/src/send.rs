//! Delivers the reply by PUT, and looks at the status.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::body::SdkBody;
use backon::{ExponentialBuilder, Retryable};
use lilo_lifecycle::times::{REPLY_ATTEMPT, REPLY_RETRIES};

use crate::Error;
use crate::response_url::ResponseUrl;

/// PUTs `body` to `url`. No Content-Type is sent: the URL is signed for an empty one.
pub(crate) async fn send(
    http: &SharedHttpConnector,
    url: &ResponseUrl,
    body: &str,
) -> Result<(), Error> {
    let pauses = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(Duration::from_secs(1))
        .with_max_times(REPLY_RETRIES);
    (|| put(http, url, body))
        .retry(pauses)
        .when(|error| matches!(error, Error::Undeliverable(_)))
        .notify(|error, pause| {
            tracing::warn!(error = lilo_lifecycle::chain(error), ?pause, "reply not delivered yet");
        })
        .await
}

async fn put(http: &SharedHttpConnector, url: &ResponseUrl, body: &str) -> Result<(), Error> {
    let mut request = Request::new(SdkBody::from(body));
    request.set_method("PUT").expect("PUT is a method");
    request.set_uri(url.reveal()).map_err(|error| Error::Undeliverable(error.into()))?;
    request.headers_mut().insert("content-length", body.len().to_string());
    let response = tokio::time::timeout(REPLY_ATTEMPT, http.call(request))
        .await
        .map_err(|elapsed| Error::Undeliverable(elapsed.into()))?
        .map_err(|error| Error::Undeliverable(error.into()))?;
    match response.status().as_u16() {
        200..=299 => Ok(()),
        status @ (429 | 500..=599) => Err(Error::Undeliverable(format!("HTTP {status}").into())),
        status => Err(Error::ReplyRefused(status)),
    }
}

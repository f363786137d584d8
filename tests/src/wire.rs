//! The way out of a function: to the emulator, or into the list of replies.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// The host of every ResponseURL in the world.
pub(crate) const REPLY_HOST: &str = "reply.s3.eu-west-1.amazonaws.com";

/// One request that a function made, as it stood on the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The body; null when there was none.
    pub body: Value,
    /// The request's Content-Type.
    pub content_type: Option<String>,
}

/// Connects the functions with the world.
#[derive(Clone, Debug)]
pub struct Wire {
    router: Router,
    seen: Arc<Mutex<Vec<Seen>>>,
    replies: Arc<Mutex<Vec<Seen>>>,
}

impl Wire {
    /// A wire to the service behind `router`.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router, seen: Arc::default(), replies: Arc::default() }
    }

    /// What went to MediaLive so far.
    #[must_use]
    pub fn to_medialive(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }

    /// What went to a ResponseURL so far.
    #[must_use]
    pub fn to_cloudformation(&self) -> Vec<Seen> {
        self.replies.lock().expect("no panic").clone()
    }

    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let (parts, body) = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?
            .into_parts();
        let bytes = body.collect().await.map_err(ConnectorError::io)?.to_bytes();
        let seen = Seen {
            method: parts.method.to_string(),
            path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            content_type: parts
                .headers
                .get("content-type")
                .map(|value| value.to_str().expect("text").to_owned()),
        };
        if parts.uri.host() == Some(REPLY_HOST) {
            self.replies.lock().expect("no panic").push(seen);
            let ok = http::Response::new(SdkBody::empty());
            return Ok(HttpResponse::try_from(ok).expect("an HTTP response"));
        }
        self.seen.lock().expect("no panic").push(seen);
        let request = http::Request::from_parts(parts, Body::from(bytes));
        let Ok(response) = self.router.oneshot(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map_err(|error| ConnectorError::io(error.into()))?;
        let response = http::Response::from_parts(parts, SdkBody::from(bytes.to_bytes()));
        HttpResponse::try_from(response).map_err(|error| ConnectorError::user(error.into()))
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().carry(request))
    }
}

//! The function's one way to the network: HTTP/1 over pooled connections, with few roots first.
//!
//! The SDK's own connector brings HTTP/2 and reads its roots from PEM, which a cold start pays for.
//! It has the same timeouts, and has the connection closed to a server that fails.

use std::error::Error;
use std::io;
use std::iter::successors;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::CertificateError::{BadSignature, UnknownIssuer};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use tokio::time::timeout;

use crate::connections::Connections;
use crate::tls;

/// From a request to the head of its answer.
const READ: Duration = Duration::from_secs(30);

/// The function's connector, and the connections behind it, to open one beforehand.
pub(crate) fn connector() -> (SharedHttpConnector, Connections) {
    match tls::few_roots() {
        None => {
            let system = Pooled::new(tls::trusting(tls::system_roots()));
            let connections = system.connections.clone();
            (SharedHttpConnector::new(system), connections)
        }
        Some(few) => {
            let first = Pooled::new(tls::trusting(few.clone()));
            let connections = first.connections.clone();
            let all = Arc::default();
            (SharedHttpConnector::new(FewRootsFirst { few: few.into(), first, all }), connections)
        }
    }
}

/// Trusts few roots until a server's issuer is not among them, then the system's as well.
#[derive(Clone, Debug)]
struct FewRootsFirst {
    few: Arc<[CertificateDer<'static>]>,
    first: Pooled,
    all: Arc<OnceLock<Pooled>>,
}

impl HttpConnector for FewRootsFirst {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            if let Some(all) = this.all.get() {
                return all.send(request).await;
            }
            let again = request.try_clone();
            match (this.first.send(request).await, again) {
                (Err(error), Some(again)) if is_of_another_issuer(&error) => {
                    tracing::warn!("issuer of a certificate not known; trying the system's roots");
                    let all = this.all.get_or_init(|| {
                        let all = [&this.few, &*tls::system_roots()].concat();
                        Pooled::new(tls::trusting(all))
                    });
                    all.send(again).await
                }
                (answer, _) => answer,
            }
        })
    }
}

/// The connections behind one set of roots.
#[derive(Clone, Debug)]
struct Pooled {
    client: Client<Connections, SdkBody>,
    connections: Connections,
}

impl Pooled {
    fn new(tls: ClientConfig) -> Self {
        let connections = Connections::new(tls);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connections.clone());
        Self { client, connections }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let mut request =
            request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let captured = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || Some(poisonable(captured.clone())));
        }
        let answer = timeout(READ, self.client.request(request)).await;
        let answer = answer.map_err(|elapsed| ConnectorError::timeout(elapsed.into()))?;
        let answer = answer.map_err(|error| classified(error.into()))?.map(SdkBody::from_body_1_x);
        HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpConnector for Pooled {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move { this.send(request).await })
    }
}

/// The SDK has a connection closed whose server fails.
fn poisonable(captured: CaptureConnection) -> ConnectionMetadata {
    let poison = move || {
        if let Some(connection) = captured.connection_metadata().as_ref() {
            connection.poison();
        }
    };
    ConnectionMetadata::builder().proxied(false).poison_fn(poison).build()
}

/// What the SDK makes of an error follows from its kind.
fn classified(error: Box<dyn Error + Send + Sync>) -> ConnectorError {
    let of_hyper = causes(&*error).find_map(<dyn Error>::downcast_ref::<hyper::Error>);
    let timed_out = causes(&*error)
        .filter_map(<dyn Error>::downcast_ref::<io::Error>)
        .any(|error| error.kind() == io::ErrorKind::TimedOut);
    match of_hyper {
        Some(hyper) if hyper.is_user() => ConnectorError::user(error),
        Some(hyper) if hyper.is_incomplete_message() => {
            ConnectorError::other(error, Some(ErrorKind::TransientError))
        }
        Some(_) | None if timed_out => ConnectorError::timeout(error),
        Some(_) | None => ConnectorError::io(error),
    }
}

/// A bad signature is that of an authority whose namesake is trusted: one that was renewed.
fn is_of_another_issuer(error: &ConnectorError) -> bool {
    causes(error).any(|cause| {
        matches!(
            cause.downcast_ref(),
            Some(rustls::Error::InvalidCertificate(UnknownIssuer | BadSignature))
        )
    })
}

/// An error and its causes. What an `io::Error` carries is not among its sources.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(error) => error.get_ref().map(|carried| carried as &(dyn Error + 'static)),
        None => error.source(),
    })
}

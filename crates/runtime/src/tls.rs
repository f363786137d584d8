//! One TLS stack per function, with few roots first.
//!
//! Reading and decoding the system's certificates is two thirds of a cold start's work. AWS's
//! endpoints and S3 are signed by Amazon's own five roots
//! (<https://www.amazontrust.com/repository/>), so those are tried first, and the system's are
//! loaded when somebody configured others, or when a certificate turns out not to be known: a
//! certificate error on the ResponseURL would cost a silent hour.

use std::env;
use std::error::Error;
use std::io;
use std::iter::successors;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use rustls::CertificateError::UnknownIssuer;

const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// Who sets one of these has certificates of their own; the system's store reads them.
const OWN_ROOTS: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// The function's one way to the network.
pub(crate) fn connector() -> SharedHttpConnector {
    if let Some(bundle) = env::var_os("AWS_CA_BUNDLE") {
        let bundle = std::fs::read(bundle).unwrap_or_else(|error| {
            tracing::error!(%error, "AWS_CA_BUNDLE cannot be read; the system's certificates have to do");
            Vec::new()
        });
        return SharedHttpConnector::new(with_roots(
            TrustStore::default().with_pem_certificate(bundle),
        ));
    }
    if OWN_ROOTS.iter().any(|name| env::var_os(name).is_some()) {
        return SharedHttpConnector::new(with_roots(TrustStore::default()));
    }
    SharedHttpConnector::new(FewRootsFirst {
        few: with_roots(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)),
        system: Arc::default(),
    })
}

fn with_roots(roots: TrustStore) -> SharedHttpConnector {
    let tls = TlsContext::builder().with_trust_store(roots).build();
    let timeouts = HttpConnectorSettings::builder()
        .connect_timeout(Duration::from_secs(4))
        .read_timeout(Duration::from_secs(30))
        .build();
    let connector = Connector::builder()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls.expect("a trust store is all it holds"))
        .connector_settings(timeouts)
        .sleep_impl(TokioSleep::new())
        .build();
    SharedHttpConnector::new(connector)
}

/// Tries Amazon's roots, and the system's for a server whose issuer is not among them.
#[derive(Clone, Debug)]
struct FewRootsFirst {
    few: SharedHttpConnector,
    system: Arc<OnceLock<SharedHttpConnector>>,
}

impl HttpConnector for FewRootsFirst {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let again = request.try_clone();
            match (this.few.call(request).await, again) {
                (Err(error), Some(again)) if is_unknown_issuer(&error) => {
                    tracing::warn!("certificate not signed by Amazon; trying the system's roots");
                    let system = this.system.get_or_init(|| with_roots(TrustStore::default()));
                    system.call(again).await
                }
                (answer, _) => answer,
            }
        })
    }
}

fn is_unknown_issuer(error: &ConnectorError) -> bool {
    let error: &(dyn Error + 'static) = error;
    successors(Some(error), |error| (**error).source()).any(|cause| {
        // What an `io::Error` carries is not among its sources.
        let carried = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = carried.and_then(|error| error.downcast_ref()).or_else(|| cause.downcast_ref());
        matches!(tls, Some(rustls::Error::InvalidCertificate(UnknownIssuer)))
    })
}

//! Which certificates a function trusts.
//!
//! Reading and decoding the system's certificates is two thirds of a cold start's work. AWS's
//! endpoints and S3 are signed by Amazon's own five roots
//! (<https://www.amazontrust.com/repository/>), so those are tried first, and the system's when a
//! server's issuer is none of them (`connector`): a certificate error on the ResponseURL would cost
//! a silent hour.

use std::env;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// As DER: decoding them from PEM took a twentieth of a cold start's instructions.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("amazon-roots/1.der"),
    include_bytes!("amazon-roots/2.der"),
    include_bytes!("amazon-roots/3.der"),
    include_bytes!("amazon-roots/4.der"),
    include_bytes!("amazon-roots/starfield.der"),
];

/// Who sets one of these has certificates of their own; the system's store reads them.
const OWN_ROOTS: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Trusts those in the file that `AWS_CA_BUNDLE` names, or Amazon's; `None` where the system's
/// store is to be used from the beginning.
pub(crate) fn few_roots() -> Option<ClientConfig> {
    if let Some(bundle) = env::var_os("AWS_CA_BUNDLE") {
        let read =
            CertificateDer::pem_file_iter(bundle).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        return read
            .inspect_err(|error| {
                tracing::error!(%error, "AWS_CA_BUNDLE cannot be read; the system's certificates have to do");
            })
            .ok()
            .map(with_roots);
    }
    let amazons = || AMAZON_ROOTS.map(CertificateDer::from_slice).to_vec();
    let own = OWN_ROOTS.iter().any(|name| env::var_os(name).is_some());
    (!own).then(|| with_roots(amazons()))
}

/// Trusts what the system trusts.
pub(crate) fn system_roots() -> ClientConfig {
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "a certificate of the system cannot be read");
    }
    with_roots(found.certs)
}

fn with_roots(certificates: Vec<CertificateDer<'static>>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the suites of both versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_amazons_roots_can_be_read() {
        let mut roots = RootCertStore::empty();
        for root in AMAZON_ROOTS {
            roots.add(CertificateDer::from_slice(root)).expect("a root");
        }
        assert_eq!(roots.len(), AMAZON_ROOTS.len());
    }
}

//! Which certificates a function trusts.
//!
//! Reading and decoding the system's certificates takes five times the instructions of all the rest
//! of a cold start (docs/performance.md, "What each step gives"). AWS's endpoints and S3 are signed
//! by Amazon's own five roots (<https://www.amazontrust.com/repository/>), so those are tried
//! first, and the system's when a server's issuer is none of them (`connector`): a certificate
//! error on the ResponseURL would cost a silent hour.

use std::env;
use std::ffi::{OsStr, OsString};
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

/// The certificates of authorities.
pub(crate) type Roots = Vec<CertificateDer<'static>>;

/// Those in the file that `AWS_CA_BUNDLE` names, or Amazon's; `None` where the system's store is to
/// be used from the beginning.
pub(crate) fn few_roots() -> Option<Roots> {
    let set = |name| env::var_os(name).filter(|value: &OsString| !value.is_empty());
    match set("AWS_CA_BUNDLE") {
        Some(bundle) => Some(read(&bundle)).filter(|roots| !roots.is_empty()),
        None if OWN_ROOTS.iter().any(|name| set(name).is_some()) => None,
        None => Some(AMAZON_ROOTS.map(CertificateDer::from_slice).to_vec()),
    }
}

/// The certificates of a PEM file, up to the first section that is broken. None are left to the
/// system's store.
fn read(bundle: &OsStr) -> Roots {
    let mut roots = Roots::new();
    let sections = CertificateDer::pem_file_iter(bundle).map(Iterator::enumerate);
    let sections = sections.inspect_err(|error| {
        tracing::error!(%error, "AWS_CA_BUNDLE cannot be read");
    });
    for (number, section) in sections.into_iter().flatten() {
        let usable = section.map_err(|error| error.to_string()).and_then(|it| {
            let added = RootCertStore::empty().add(it.clone());
            added.map(|()| it).map_err(|error| error.to_string())
        });
        match usable {
            Ok(root) => roots.push(root),
            Err(error) => {
                tracing::error!(error, number, "a certificate of AWS_CA_BUNDLE is of no use");
                break;
            }
        }
    }
    if roots.is_empty() {
        tracing::error!("AWS_CA_BUNDLE has no certificate; the system's have to do");
    }
    roots
}

/// What the system trusts.
pub(crate) fn system_roots() -> Roots {
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "a certificate of the system cannot be read");
    }
    if found.certs.is_empty() {
        tracing::warn!("the system has no certificates");
    }
    found.certs
}

/// Trusts these authorities.
pub(crate) fn trusting(authorities: Roots) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the suites of both versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// As published on amazontrust.com/repository.
    const FINGERPRINTS: [&str; 5] = [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
    ];

    #[test]
    fn the_roots_are_amazons_and_can_be_read() {
        for (root, fingerprint) in AMAZON_ROOTS.into_iter().zip(FINGERPRINTS) {
            let digest = Sha256::digest(root);
            let bytes = (0..fingerprint.len()).step_by(2).map(|at| &fingerprint[at..at + 2]);
            assert!(
                bytes.map(|byte| u8::from_str_radix(byte, 16).unwrap()).eq(digest),
                "{fingerprint}"
            );
            RootCertStore::empty().add(CertificateDer::from_slice(root)).expect("a root");
        }
    }
}

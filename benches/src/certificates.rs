//! A certificate for loopback, behind an intermediate and a root of its own: RSA with 2048 bits, as
//! AWS's endpoints have.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

use crate::error::Error;

/// A root for the functions to trust, and what a server behind it needs.
pub(crate) struct Certificates {
    pub(crate) server: Arc<ServerConfig>,
    folder: TempDir,
}

impl Certificates {
    pub(crate) fn new() -> Result<Self, Error> {
        let folder = TempDir::new()?;
        let authority = "basicConstraints=critical,CA:TRUE";
        sign(folder.path(), "root", None, authority)?;
        sign(folder.path(), "intermediate", Some("root"), authority)?;
        let name = "subjectAltName=IP:127.0.0.1";
        sign(folder.path(), "server", Some("intermediate"), name)?;
        Ok(Self { server: Arc::new(server(folder.path())?), folder })
    }

    /// The file with the root.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }
}

fn sign(folder: &Path, name: &str, issuer: Option<&str>, extension: &str) -> Result<(), Error> {
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder);
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "2", "-sha256"]);
    openssl.args(["-subj", &format!("/CN={name}"), "-addext", extension]);
    openssl.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]);
    if let Some(issuer) = issuer {
        openssl.args(["-CA", &format!("{issuer}.pem"), "-CAkey", &format!("{issuer}.key")]);
        if name == "server" {
            openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        }
    }
    let output = openssl.output()?;
    let said = || String::from_utf8_lossy(&output.stderr).trim().to_owned();
    output
        .status
        .success()
        .then_some(())
        .ok_or_else(|| Error::Openssl { name: name.to_owned(), said: said() })
}

fn server(folder: &Path) -> Result<ServerConfig, Error> {
    let certificate = |name| CertificateDer::from_pem_file(folder.join(name));
    let unusable = |error| Error::Certificate(format!("{error}"));
    let chain = vec![
        certificate("server.pem").map_err(unusable)?,
        certificate("intermediate.pem").map_err(unusable)?,
    ];
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).map_err(unusable)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| Error::Certificate(error.to_string()))?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(server)
}

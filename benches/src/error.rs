//! Why a measurement failed.

use std::io;

/// Why a measurement failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file, a process or a socket.
    #[error("the bench could not use the system")]
    Io(#[from] io::Error),
    /// The certificates.
    #[error("openssl made no certificate for {name}; it has to be version 3 or newer: {said}")]
    Openssl {
        /// Of the certificate.
        name: String,
        /// What openssl said.
        said: String,
    },
    /// The key or a certificate cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    /// A function failed, or ended.
    #[error("{subject} did not answer its event: {why}")]
    Function {
        /// What was measured.
        subject: String,
        /// What it said.
        why: String,
    },
}

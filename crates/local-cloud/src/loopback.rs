//! An HTTP server on its own loopback port, which stops when its handle is dropped.
//!
//! Decides the address (always 127.0.0.1), not the content.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::Error;

/// The handle of a running server.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    _stop: DropGuard,
}

impl Server {
    /// Binds a free loopback port and serves `router` on it until the handle is dropped.
    pub(crate) async fn start(what: &'static str, router: Router) -> Result<Self, Error> {
        let listen = |source| Error::Listen { what, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(
            async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await },
        );
        Ok(Self { address, _stop: stop.drop_guard() })
    }

    /// The address, as `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

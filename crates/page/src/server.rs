//! The page's address, and its life from there to its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::backend::Backend;
use crate::guard::Guard;
use crate::router::{self, Site};

/// A page that has its address and is not served yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    guard: Guard,
}

impl Server {
    /// Binds `address`, which has to be on loopback.
    ///
    /// # Errors
    /// When the address is taken, or one that other machines reach.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::other("the page may be served on loopback alone"));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, guard: Guard::new(address) })
    }

    /// The URL for the person who runs the command. It holds a secret, the key of this run.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/{}", self.address, self.guard.query())
    }

    /// Serves the page until `closing`.
    ///
    /// # Errors
    /// Those of the listener.
    pub async fn serve(
        self,
        backend: Arc<dyn Backend>,
        closing: CancellationToken,
    ) -> io::Result<()> {
        let guard = Arc::new(self.guard);
        let router = router::router(Site { backend, guard, closing: closing.clone() });
        let served = axum::serve(self.listener, router);
        served.with_graceful_shutdown(closing.cancelled_owned()).await
    }
}

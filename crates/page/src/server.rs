//! The page's address, and its life from there to its end.

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::backend::Backend;
use crate::guard::Guard;
use crate::router::{self, Site};

/// The time that connections have to end by themselves.
const GRACE: Duration = Duration::from_secs(1);

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

    /// Serves the page until `closing`, and keeps the backend no longer than that: a browser that
    /// does not read, and so never closes its connection, must not hold up the command.
    ///
    /// # Errors
    /// Those of the listener.
    pub async fn serve(
        self,
        backend: Arc<dyn Backend>,
        closing: CancellationToken,
    ) -> io::Result<()> {
        let guard = Arc::new(self.guard);
        let site = Site { backend: Arc::downgrade(&backend), guard, closing: closing.clone() };
        let served = axum::serve(self.listener, router::router(site));
        let served = served.with_graceful_shutdown(closing.clone().cancelled_owned());
        let is_late = async {
            closing.cancelled().await;
            sleep(GRACE).await;
        };
        tokio::select! {
            result = served.into_future() => result,
            () = is_late => Ok(()),
        }
    }
}

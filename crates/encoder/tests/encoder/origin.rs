//! A web server on loopback with the clips, as a bucket would serve them.

use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_http::services::ServeDir;

use crate::tools;

/// Dropping it takes the clips off the net.
pub(crate) struct Origin {
    address: SocketAddr,
    frozen: Arc<AtomicBool>,
    requests: Arc<AtomicU32>,
    _server: JoinSet<()>,
}

impl Origin {
    pub(crate) async fn serve() -> Self {
        Self::serve_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Where another one was.
    pub(crate) async fn serve_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let frozen = Arc::<AtomicBool>::default();
        let hangs = Arc::clone(&frozen);
        let requests = Arc::<AtomicU32>::default();
        let counted = Arc::clone(&requests);
        let answer = from_fn(move |request: Request, next: Next| {
            counted.fetch_add(1, Ordering::Relaxed);
            let hangs = hangs.load(Ordering::Relaxed);
            async move { if hangs { pending().await } else { next.run(request).await } }
        });
        let clips = Router::new().fallback_service(ServeDir::new(tools::path(""))).layer(answer);
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, clips).await.unwrap() });
        Self { address, frozen, requests, _server: server }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on it takes requests and answers none.
    pub(crate) fn freeze(&self) {
        self.frozen.store(true, Ordering::Relaxed);
    }

    /// How many there were.
    pub(crate) fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }
}

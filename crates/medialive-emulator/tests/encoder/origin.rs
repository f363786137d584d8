//! A web server on loopback with the clips, as a bucket would serve them.

use std::net::Ipv4Addr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_http::services::ServeDir;

use crate::tools;

/// Dropping it takes the clips off the net.
pub(crate) struct Origin {
    address: String,
    _server: JoinSet<()>,
}

impl Origin {
    pub(crate) async fn serve() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let clips = Router::new().fallback_service(ServeDir::new(tools::path("")));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, clips).await.unwrap() });
        Self { address, _server: server }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }
}

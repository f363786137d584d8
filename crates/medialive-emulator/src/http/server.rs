//! Serves the API on a socket; closes the connection to withhold an answer.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use futures_util::stream;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::guard::guard;

/// Marks, in a response's extensions, an answer that a fault withholds.
/// [`Emulator::serve`](crate::Emulator::serve) then closes the connection without sending a byte;
/// for callers of the router without a socket, the body fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fault cut the connection")]
pub struct Cut;

/// The withheld answer.
pub(crate) fn cut_response() -> Response {
    let body = Body::from_stream(stream::iter([Err::<Bytes, _>(Cut)]));
    (axum::Extension(Cut), body).into_response()
}

/// Serves requests until `closing`; returns when the last connection has ended.
pub(crate) async fn serve(mut listener: TcpListener, router: Router, closing: CancellationToken) {
    let router = router.layer(from_fn(guard));
    let connections = TaskTracker::new();
    while let Some((stream, _)) = closing.run_until_cancelled(Listener::accept(&mut listener)).await
    {
        connections.spawn(serve_connection(stream, router.clone(), closing.clone()));
    }
    connections.close();
    connections.wait().await;
}

async fn serve_connection(stream: TcpStream, router: Router, closing: CancellationToken) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(request.map(Body::new)).await;
            if response.extensions().get::<Cut>().is_some() { Err(Cut) } else { Ok(response) }
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that disconnects, or was cut off, is not an error here.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

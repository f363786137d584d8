//! The API on a socket. Knows how an answer that is not given looks on the wire: the connection
//! ends.

use axum::Router;
use axum::body::{Body, Bytes};
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

/// In the extensions of an answer that a fault keeps back.
/// [`Emulator::serve`](crate::Emulator::serve) closes the connection instead of sending a byte of
/// it; for who calls the router without a socket, its body fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection was cut, as a fault has it")]
pub struct Cut;

/// The answer that is not given.
pub(crate) fn cut() -> Response {
    let body = Body::from_stream(stream::iter([Err::<Bytes, _>(Cut)]));
    (axum::Extension(Cut), body).into_response()
}

/// Answers until it is `closing`, and returns when the last connection has ended.
pub(crate) async fn serve(mut listener: TcpListener, router: Router, closing: CancellationToken) {
    let connections = TaskTracker::new();
    while let Some((stream, _)) = closing.run_until_cancelled(Listener::accept(&mut listener)).await
    {
        connections.spawn(converse(stream, router.clone(), closing.clone()));
    }
    connections.close();
    connections.wait().await;
}

async fn converse(stream: TcpStream, router: Router, closing: CancellationToken) {
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
    // A client that goes away, or one that is cut off, is nobody's error here.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}

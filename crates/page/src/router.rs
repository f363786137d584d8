//! The page over HTTP: its addresses, its headers, and its end.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, serve as serve_http};
use futures_util::StreamExt;
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;

use crate::guard::Guard;
use crate::source::{Action, Refused, Source};
use crate::{live, render};

/// What the handlers share.
#[derive(Clone)]
struct Site {
    source: Arc<dyn Source>,
    guard: Arc<Guard>,
    closing: CancellationToken,
}

/// Serves the page until `closing`. The listener has to be on loopback.
///
/// # Errors
/// When the listener has no address, or one that others reach.
pub async fn serve(
    listener: TcpListener,
    source: Arc<dyn Source>,
    closing: CancellationToken,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(io::Error::other("the page may be served on loopback alone"));
    }
    let guard = Arc::new(Guard::new(address.port()));
    let router = router(Site { source, guard, closing: closing.clone() });
    serve_http(listener, router).with_graceful_shutdown(closing.cancelled_owned()).await
}

fn router(site: Site) -> Router {
    let css = ([(header::CONTENT_TYPE, "text/css")], include_str!("../assets/page.css"));
    let script = ([(header::CONTENT_TYPE, "text/javascript")], include_str!("../assets/page.js"));
    Router::new()
        .route("/", get(page))
        .route("/page.css", get(move || async move { css }))
        .route("/page.js", get(move || async move { script }))
        .route("/live", get(updates))
        .route("/stream/{channel}/{pipeline}", get(stream))
        .route("/still/{channel}/{pipeline}", get(still))
        .route("/start/{channel}", post(start))
        .route("/stop/{channel}", post(stop))
        .route("/send-again/{event}", post(send_again))
        .layer(from_fn_with_state(site.clone(), guarded))
        .with_state(site)
}

/// Nothing is loaded from elsewhere, framed, or kept.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

async fn guarded(State(site): State<Site>, request: Request, next: Next) -> Response {
    let is_front = request.uri().path() == "/";
    let refusal = site.guard.refusal(request.method(), request.headers(), is_front);
    let answer = match refusal {
        Some(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        None => next.run(request).await,
    };
    (HEADERS, answer).into_response()
}

async fn page(State(site): State<Site>) -> Html<String> {
    Html(render::page::page(site.guard.token()).into_string())
}

async fn updates(State(site): State<Site>) -> impl IntoResponse {
    let updates = live::updates(site.source, site.guard.token().to_owned());
    Sse::new(updates.take_until(site.closing.cancelled_owned())).keep_alive(KeepAlive::default())
}

async fn stream(State(site): State<Site>, Path(of): Path<(String, usize)>) -> Response {
    match site.source.stream(&of.0, of.1) {
        Some(mp4) => {
            let body = ReaderStream::new(mp4).take_until(site.closing.cancelled_owned());
            ([(header::CONTENT_TYPE, "video/mp4")], Body::from_stream(body)).into_response()
        }
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn still(State(site): State<Site>, Path(of): Path<(String, usize)>) -> Response {
    match site.source.still(&of.0, of.1).await {
        Some(jpeg) => ([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn start(State(site): State<Site>, Path(channel): Path<String>) -> Response {
    act(&site, Action::Start(channel)).await
}

async fn stop(State(site): State<Site>, Path(channel): Path<String>) -> Response {
    act(&site, Action::Stop(channel)).await
}

async fn send_again(State(site): State<Site>, Path(event): Path<usize>) -> Response {
    act(&site, Action::SendAgain(event)).await
}

async fn act(site: &Site, action: Action) -> Response {
    match site.source.act(action).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(Refused(why)) => (StatusCode::CONFLICT, why).into_response(),
    }
}

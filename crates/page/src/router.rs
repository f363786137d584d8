//! The page over HTTP: its addresses and its headers.

use std::sync::{Arc, Weak};

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use futures_util::StreamExt;
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;

use crate::backend::{Action, Backend, Refused};
use crate::guard::Guard;
use crate::{live, render};

/// Shared by all handlers.
#[derive(Clone)]
pub(crate) struct Site {
    /// A connection whose reader is stuck outlives the page, and must not keep this.
    pub(crate) backend: Weak<dyn Backend>,
    pub(crate) guard: Arc<Guard>,
    pub(crate) closing: CancellationToken,
}

pub(crate) fn router(site: Site) -> Router {
    let asset = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    let script = |text| asset("text/javascript", text);
    Router::new()
        .route("/", get(page))
        .route("/page.css", asset("text/css", include_str!("../assets/page.css")))
        .route("/page.js", script(include_str!("../assets/page.js")))
        .route("/pictures.js", script(include_str!("../assets/pictures.js")))
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
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A handler's backend.
type Used = Extension<Arc<dyn Backend>>;

async fn guarded(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let answer = match (site.guard.refusal(&request), site.backend.upgrade()) {
        (Some(why), _) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        (None, Some(backend)) => {
            request.extensions_mut().insert(backend);
            next.run(request).await
        }
        (None, None) => (StatusCode::SERVICE_UNAVAILABLE, "The command ends.\n").into_response(),
    };
    (HEADERS, answer).into_response()
}

async fn page(State(site): State<Site>) -> Html<String> {
    Html(render::page::page(&site.guard).into_string())
}

async fn updates(State(site): State<Site>) -> impl IntoResponse {
    let updates = live::updates(site.backend);
    Sse::new(updates.take_until(site.closing.cancelled_owned())).keep_alive(KeepAlive::default())
}

async fn stream(
    State(site): State<Site>,
    Extension(backend): Used,
    Path(of): Path<(String, usize)>,
) -> Response {
    match backend.stream(&of.0, of.1) {
        Some(mp4) => {
            let body = ReaderStream::new(mp4).take_until(site.closing.cancelled_owned());
            ([(header::CONTENT_TYPE, "video/mp4")], Body::from_stream(body)).into_response()
        }
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn still(Extension(backend): Used, Path(of): Path<(String, usize)>) -> Response {
    match backend.still(&of.0, of.1).await {
        Some(jpeg) => ([(header::CONTENT_TYPE, "image/jpeg")], jpeg).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn start(Extension(backend): Used, Path(channel): Path<String>) -> Response {
    act(&*backend, Action::Start(channel)).await
}

async fn stop(Extension(backend): Used, Path(channel): Path<String>) -> Response {
    act(&*backend, Action::Stop(channel)).await
}

async fn send_again(Extension(backend): Used, Path(event): Path<usize>) -> Response {
    act(&*backend, Action::SendAgain(event)).await
}

async fn act(backend: &dyn Backend, action: Action) -> Response {
    match backend.act(action).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(Refused(why)) => (StatusCode::CONFLICT, why).into_response(),
    }
}

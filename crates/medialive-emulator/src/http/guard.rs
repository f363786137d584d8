//! Refuses requests that a website makes a browser send.
//!
//! The emulator checks no credentials, so anything on this machine may call it. A browser sends what
//! any website wants, though: requests of another website's (their Origin says so), and requests to
//! a name that was rebound to loopback (their Host says so).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};

/// Answers 403, or lets the request pass. Refused requests are not on record.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    if is_of_this_machine(request.headers()) {
        next.run(request).await
    } else {
        let why =
            "a website may not call the emulated MediaLive; use http://127.0.0.1 or localhost\n";
        (StatusCode::FORBIDDEN, why).into_response()
    }
}

fn is_of_this_machine(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_loopback = ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    is_loopback && text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
}

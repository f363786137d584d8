//! Refuses requests that a website makes a browser send.
//!
//! The emulator checks no credentials, so anything on this machine may call it. A browser sends what
//! any website wants, though: requests of another website's (their Origin or Sec-Fetch-Site says so),
//! and requests to a name that was rebound to loopback (their Host says so).

use std::net::IpAddr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};

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
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text("host").unwrap_or_default();
    // A name and perhaps a port, as in a URL.
    let named = host.parse::<Authority>().is_ok_and(|authority| is_loopback(authority.host()));
    named
        && text("origin").is_none_or(|origin| origin == format!("http://{host}"))
        // An image or a link on a website sends no Origin.
        && text("sec-fetch-site").is_none_or(|site| ["same-origin", "none"].contains(&site))
}

fn is_loopback(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

//! Who may read the page, and who may change something.
//!
//! Every user and program of this machine reaches loopback. So each request carries the key of the
//! run, which stands in the printed URL alone.
//!
//! Any website that a person opens can send requests to loopback too. So a request has to name this
//! very server (a name that was rebound to 127.0.0.1 is another one), must not come from another
//! website, and has to carry the page's token if it changes something.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Request, header};

/// The header with the token.
const TOKEN: &str = "x-lilo-token";
/// HTTP's own port, which browsers leave out.
const HTTP: u16 = 80;

const ELSEWHERE: &str = "This page has another address. Open the one that the command printed.";
const ANOTHER_SITE: &str = "Another website may not use this page.";
const NO_KEY: &str = "This address lacks the key of the running command, which may have been \
                      started anew. Open the address that it printed.";
const NO_TOKEN: &str = "The token is missing or old. Reload the page.";

/// The server that requests have to be meant for, and its secrets.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    address: SocketAddr,
    key: Secret,
    token: Secret,
}

/// 122 random bits.
#[derive(Clone, PartialEq, Eq)]
struct Secret(String);

impl Secret {
    fn new() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }
}

/// Logs must not show it.
impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Secret")
    }
}

impl Guard {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, key: Secret::new(), token: Secret::new() }
    }

    /// The token of this run.
    pub(crate) fn token(&self) -> &str {
        &self.token.0
    }

    /// The end of each URL: the key of this run.
    pub(crate) fn query(&self) -> String {
        format!("?key={}", self.key.0)
    }

    /// Why a request is refused, if it is.
    pub(crate) fn refusal<B>(&self, request: &Request<B>) -> Option<&'static str> {
        let headers = request.headers();
        let host = text(headers, header::HOST.as_str()).unwrap_or_default();
        if !self.is_own(host) {
            return Some(ELSEWHERE);
        }
        let origin = text(headers, header::ORIGIN.as_str());
        if origin.is_some_and(|origin| origin != format!("http://{host}")) {
            return Some(ANOTHER_SITE);
        }
        let site = text(headers, "sec-fetch-site");
        let is_own_site = site.is_none_or(|site| ["same-origin", "none"].contains(&site));
        // Other websites may link to the page itself.
        if !is_own_site && request.uri().path() != "/" {
            return Some(ANOTHER_SITE);
        }
        let parts = request.uri().query().unwrap_or_default().split('&');
        if !parts.filter_map(|part| part.strip_prefix("key=")).any(|key| key == self.key.0) {
            return Some(NO_KEY);
        }
        let reads = [Method::GET, Method::HEAD].contains(request.method());
        if !reads && text(headers, TOKEN) != Some(self.token()) {
            return Some(NO_TOKEN);
        }
        None
    }

    /// Whether a Host header names this server.
    fn is_own(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host().trim_matches(['[', ']']);
        let own =
            [self.address.ip(), IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let is_name = name == "localhost" || name.parse().is_ok_and(|ip| own.contains(&ip));
        let port = authority.port_u16().unwrap_or(HTTP);
        is_name && port == self.address.port() && !host.contains('@')
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests;

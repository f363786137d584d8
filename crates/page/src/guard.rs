//! Who may read the page, and who may change something.
//!
//! Any website that a person opens can send requests to loopback. So a request has to name this very
//! server (a name that was rebound to 127.0.0.1 is another one), must not come from another website,
//! and has to carry the page's token if it changes something.

use axum::http::{HeaderMap, Method, header};

/// The header with the token.
pub(crate) const TOKEN: &str = "x-lilo-token";

/// The server that requests have to be meant for.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    port: u16,
    token: String,
}

impl Guard {
    pub(crate) fn new(port: u16) -> Self {
        Self { port, token: uuid::Uuid::new_v4().simple().to_string() }
    }

    /// The token of this run.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Why a request is refused, if it is. `is_front` is the page itself, to which other websites
    /// may link.
    pub(crate) fn refusal(
        &self,
        method: &Method,
        headers: &HeaderMap,
        is_front: bool,
    ) -> Option<&'static str> {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let own = names.map(|name| format!("{name}:{}", self.port));
        let host = text(header::HOST.as_str()).unwrap_or_default();
        if !own.iter().any(|own| own == host) {
            return Some("this page has another address");
        }
        if text(header::ORIGIN.as_str()).is_some_and(|origin| origin != format!("http://{host}")) {
            return Some("another website may not use this page");
        }
        let is_own_site =
            text("sec-fetch-site").is_none_or(|site| ["same-origin", "none"].contains(&site));
        if !is_own_site && !is_front {
            return Some("another website may not use this page");
        }
        if method != Method::GET && method != Method::HEAD && text(TOKEN) != Some(&self.token) {
            return Some("the token is missing or old; reload the page");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn refused(method: &Method, headers: &[(&'static str, &str)]) -> bool {
        let guard = Guard { port: 4581, token: "secret".to_owned() };
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        });
        guard.refusal(method, &headers.collect(), false).is_some()
    }

    #[test]
    fn only_requests_of_the_page_itself_pass() {
        let host = ("host", "127.0.0.1:4581");
        let own = ("origin", "http://127.0.0.1:4581");
        let token = (TOKEN, "secret");
        let (get, post) = (Method::GET, Method::POST);
        assert!(!refused(&get, &[host]));
        assert!(!refused(&get, &[("host", "localhost:4581")]));
        assert!(!refused(&post, &[host, own, token, ("sec-fetch-site", "same-origin")]));
        for (method, headers, what) in [
            (&get, &[][..], "no host"),
            (&get, &[("host", "evil.example:4581")], "a rebound name"),
            (&get, &[("host", "127.0.0.1:4580")], "another port"),
            (&get, &[("host", "127.0.0.1:4581.evil.example")], "a name that begins alike"),
            (&get, &[host, ("origin", "http://evil.example")], "another website"),
            (&get, &[host, ("origin", "null")], "a sandboxed frame"),
            (&get, &[host, ("origin", "http://localhost:4581")], "another name of this machine"),
            (&get, &[host, ("sec-fetch-site", "cross-site")], "an image on another website"),
            (&get, &[host, ("sec-fetch-site", "same-site")], "another port of this machine"),
            (&post, &[host, own], "no token"),
            (&post, &[host, own, (TOKEN, "guess")], "a wrong token"),
            (&post, &[host, ("origin", "http://evil.example"), token], "a stolen token"),
            (&post, &[("host", "evil.example:4581"), token], "a stolen token, rebound"),
        ] {
            assert!(refused(method, headers), "{what}");
        }
    }

    #[test]
    fn every_run_has_another_token() {
        assert_ne!(Guard::new(1).token(), Guard::new(1).token());
    }
}

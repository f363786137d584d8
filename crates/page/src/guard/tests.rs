use super::*;

const KEY: &str = "/live?key=secret";

fn refusal(listener: &str, method: &Method, uri: &str, headers: &[(&str, &str)]) -> bool {
    let secret = |text: &str| Secret(text.to_owned());
    let address = listener.parse().unwrap();
    let guard = Guard { address, key: secret("secret"), token: secret("token") };
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    guard.refusal(&request.body(()).unwrap()).is_some()
}

#[test]
fn only_requests_of_the_page_itself_pass() {
    let refused =
        |method: &Method, headers: &[(&str, &str)]| refusal("127.0.0.1:4581", method, KEY, headers);
    let host = ("host", "127.0.0.1:4581");
    let own = ("origin", "http://127.0.0.1:4581");
    let token = (TOKEN, "token");
    let (get, post) = (Method::GET, Method::POST);
    assert!(!refused(&get, &[host]));
    assert!(!refused(&get, &[("host", "localhost:4581")]));
    assert!(!refused(&post, &[host, own, token, ("sec-fetch-site", "same-origin")]));
    for (method, headers, case) in [
        (&get, &[][..], "no host"),
        (&get, &[("host", "evil.example:4581")], "a rebound name"),
        (&get, &[("host", "127.0.0.1:4580")], "another port"),
        (&get, &[("host", "127.0.0.1")], "no port"),
        (&get, &[("host", "127.0.0.2:4581")], "another address of this machine"),
        (&get, &[("host", "127.0.0.1:4581.evil.example")], "a name that begins alike"),
        (&get, &[("host", "evil@127.0.0.1:4581")], "a user in the host"),
        (&get, &[host, ("origin", "http://evil.example")], "another website"),
        (&get, &[host, ("origin", "null")], "a sandboxed frame"),
        (&get, &[host, ("origin", "http://localhost:4581")], "another name of this machine"),
        (&get, &[host, ("sec-fetch-site", "cross-site")], "an image on another website"),
        (&get, &[host, ("sec-fetch-site", "same-site")], "another port of this machine"),
        (&post, &[host, own], "no token"),
        (&post, &[host, own, (TOKEN, "guess")], "a wrong token"),
        (&post, &[host, own, (TOKEN, "secret")], "the key as a token"),
        (&post, &[host, ("origin", "http://evil.example"), token], "a stolen token"),
        (&post, &[("host", "evil.example:4581"), token], "a stolen token, rebound"),
    ] {
        assert!(refused(method, headers), "{case}");
    }
}

#[test]
fn every_address_asks_for_the_key_of_the_run() {
    let headers = [("host", "127.0.0.1:4581"), (TOKEN, "token")];
    for method in [Method::GET, Method::HEAD, Method::POST] {
        let refused = |uri: &str| refusal("127.0.0.1:4581", &method, uri, &headers);
        for path in ["/", "/page.js", "/live", "/stream/1/0", "/start/1", "/nothing"] {
            assert!(!refused(&format!("{path}?key=secret")), "{path}");
            assert!(!refused(&format!("{path}?look=1&key=secret")), "{path}");
            for query in ["", "?", "?key=", "?key=secre", "?key=secrets", "?key", "?secret"] {
                assert!(refused(&format!("{path}{query}")), "{path}{query}");
            }
        }
    }
}

#[test]
fn every_loopback_listener_is_known_by_its_address() {
    for (listener, host) in [
        ("127.0.0.2:4581", "127.0.0.2:4581"),
        ("127.0.0.2:4581", "localhost:4581"),
        ("[::1]:4581", "[::1]:4581"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]:80", "[::1]"),
        ("127.0.0.1:80", "127.0.0.1:80"),
    ] {
        let own = ("origin", format!("http://{host}"));
        let headers = [("host", host), (own.0, &own.1), (TOKEN, "token")];
        assert!(!refusal(listener, &Method::POST, KEY, &headers), "{host} for {listener}");
    }
}

#[test]
fn every_run_has_other_secrets_that_debug_does_not_show() {
    let new = || Guard::new("127.0.0.1:1".parse().unwrap());
    let (one, two) = (new(), new());
    assert!(one.token() != two.token() && one.key != two.key && one.key != one.token);
    let shown = format!("{one:?}");
    assert!(!shown.contains(one.token()) && !shown.contains(&one.key.0), "{shown}");
}

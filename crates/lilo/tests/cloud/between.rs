//! What stands between the command and ministack: it changes, holds or cuts answers, as AWS and networks do at times.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::response::Response;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

/// More than any answer here has.
const LARGEST: usize = 1 << 30;

/// What becomes of a call.
pub(crate) enum Fate {
    Passed,
    Changed(Box<dyn FnOnce(String) -> String + Send>),
    /// Not passed: refused as CloudFormation does it, with this status and code.
    Refused(u16, &'static str),
    /// Passed, and not answered before the test ends.
    Held,
    /// Passed, and the answer breaks off.
    Cut,
}

/// A place that passes every call on to `url`, as `fate` says. It is told what each call asks for: the form of one to
/// CloudFormation, and method and path of any other.
pub(crate) fn between(url: &str, fate: impl FnMut(&str) -> Fate + Send + 'static) -> String {
    let (sender, place) = mpsc::channel();
    let (url, fate) = (url.to_owned(), Arc::new(Mutex::new(fate)));
    thread::spawn(move || {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
            let answer = move |request: Request| {
                let (url, fate) = (url.clone(), fate.clone());
                async move {
                    let (head, body) = request.into_parts();
                    let body = axum::body::to_bytes(body, LARGEST).await.unwrap();
                    let form = String::from_utf8_lossy(&body);
                    let what = if form.starts_with("Action=") {
                        form.into_owned()
                    } else {
                        format!("{} {}", head.method, head.uri)
                    };
                    let fate = (fate.lock().unwrap())(&what);
                    if let Fate::Refused(status, code) = fate {
                        return Ok(refusal(status, code));
                    }
                    let request = Request::from_parts(head, body);
                    let answer = tokio::task::spawn_blocking(move || pass(&url, request));
                    Ok::<_, Infallible>(meet(fate, answer.await.unwrap()).await)
                }
            };
            axum::serve(listener, Router::new().fallback(answer)).await.unwrap();
        });
    });
    place.recv().unwrap()
}

async fn meet(fate: Fate, answer: axum::http::Response<Vec<u8>>) -> Response {
    let (mut head, body) = answer.into_parts();
    let body = match fate {
        Fate::Passed | Fate::Refused(..) => return Response::from_parts(head, Body::from(body)),
        Fate::Changed(change) => Body::from(change(String::from_utf8(body).unwrap())),
        Fate::Held => std::future::pending().await,
        Fate::Cut => {
            let broken = stream::iter([Err::<Bytes, _>(io::Error::other("cut"))]);
            Body::from_stream(broken)
        }
    };
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, body)
}

fn refusal(status: u16, code: &str) -> Response {
    let text = format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>");
    Response::builder().status(status).body(Body::from(text)).unwrap()
}

fn pass(url: &str, request: axum::http::Request<Bytes>) -> axum::http::Response<Vec<u8>> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let (mut head, body) = request.into_parts();
    head.uri = format!("{url}{}", head.uri).parse().unwrap();
    for name in [CONTENT_LENGTH, TRANSFER_ENCODING] {
        head.headers.remove(name);
    }
    assert!(head.headers.contains_key(HOST));
    let answer = if body.is_empty() {
        agent.run(axum::http::Request::from_parts(head, ()))
    } else {
        agent.run(axum::http::Request::from_parts(head, body.to_vec()))
    };
    let (head, mut body) = answer.unwrap().into_parts();
    let body = body.with_config().limit(LARGEST as u64).read_to_vec().unwrap();
    axum::http::Response::from_parts(head, body)
}

//! A place between a program and AWS that changes, holds or cuts answers, as AWS and networks do at
//! times.

use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::response::Response;
use futures_util::stream;

use super::http::serve;

/// More than any answer here has.
const LARGEST: usize = 1 << 30;

/// How the answer to a call goes wrong.
pub enum AnswerFault {
    /// The call is passed on, and the body of the answer is changed.
    Changed(Box<dyn FnOnce(String) -> String + Send>),
    /// The call is not passed on: it is refused as CloudFormation does it, with this status and
    /// code.
    Status(u16, &'static str),
    /// The same, as S3 does it.
    S3(u16, &'static str),
    /// The call is passed on with another body.
    Sent(Box<dyn FnOnce(String) -> String + Send>),
    /// The call is passed on, and not answered before the test ends.
    Held,
    /// The call is passed on, and the answer breaks off.
    CutAfter,
}

/// Passes every call on to `url`; says where. The answers go wrong as `fault` says, which is told
/// what each call asks for: the form of one to CloudFormation, and method and path of any other.
pub fn between(
    url: &str,
    fault: impl FnMut(&str) -> Option<AnswerFault> + Send + 'static,
) -> String {
    let (url, fault) = (url.to_owned(), Arc::new(Mutex::new(fault)));
    let answer = move |request: Request| {
        let (url, fault) = (url.clone(), fault.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = axum::body::to_bytes(body, LARGEST).await.unwrap();
            let form = String::from_utf8_lossy(&body);
            let what = if form.starts_with("Action=") {
                form.into_owned()
            } else {
                format!("{} {}", head.method, head.uri)
            };
            let fault = (fault.lock().unwrap())(&what);
            let (fault, body) = match fault {
                Some(AnswerFault::Status(status, code)) => {
                    let error = error(code);
                    return refusal(status, format!("<ErrorResponse>{error}</ErrorResponse>"));
                }
                Some(AnswerFault::S3(status, code)) => return refusal(status, error(code)),
                Some(AnswerFault::Sent(change)) => {
                    (None, Bytes::from(change(String::from_utf8_lossy(&body).into_owned())))
                }
                other => (other, body),
            };
            let request = Request::from_parts(head, body);
            let answer = tokio::task::spawn_blocking(move || pass(&url, request));
            meet(fault, answer.await.unwrap()).await
        }
    };
    serve(Router::new().fallback(answer))
}

async fn meet(fault: Option<AnswerFault>, answer: axum::http::Response<Vec<u8>>) -> Response {
    let (mut head, body) = answer.into_parts();
    let body = match fault {
        None | Some(AnswerFault::Status(..) | AnswerFault::S3(..) | AnswerFault::Sent(_)) => {
            return Response::from_parts(head, Body::from(body));
        }
        Some(AnswerFault::Changed(change)) => Body::from(change(String::from_utf8(body).unwrap())),
        Some(AnswerFault::Held) => std::future::pending().await,
        Some(AnswerFault::CutAfter) => {
            let broken = stream::iter([Err::<Bytes, _>(io::Error::other("cut"))]);
            Body::from_stream(broken)
        }
    };
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, body)
}

fn error(code: &str) -> String {
    format!("<Error><Code>{code}</Code></Error>")
}

fn refusal(status: u16, text: String) -> Response {
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

//! The Runtime API and the services that a function calls, as quick as they can be.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Collected, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

use crate::error::Error;
use crate::subject::{Kind, Subject};

mod medialive;

/// A function that was built without optimisation takes ten seconds in valgrind, and more on a busy
/// machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// Where each stands.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub(crate) runtime: SocketAddr,
    pub(crate) services: String,
    /// Another host than MediaLive's, as S3 is: it takes a connection of its own.
    pub(crate) replies: String,
}

/// A function's request for its next event.
pub(crate) struct Next {
    pub(crate) at: Instant,
    event: oneshot::Sender<Bytes>,
}

impl Next {
    /// Lets the function have its event; says when.
    pub(crate) fn hand_out(self, event: Bytes) -> Instant {
        let now = Instant::now();
        // A function that is gone by now does not answer either, and that is reported.
        let _gone = self.event.send(event);
        now
    }
}

enum Seen {
    Next(Next),
    Answer(Instant),
    Failure(String),
}

type Calls = Arc<Mutex<Vec<(String, Instant)>>>;

/// For one process; ends when dropped.
pub(crate) struct Stub {
    addresses: Addresses,
    seen: mpsc::UnboundedReceiver<Seen>,
    calls: Calls,
    _servers: JoinSet<()>,
}

impl Stub {
    /// The Runtime API speaks plain HTTP, as Lambda's does; the services TLS, if it is given.
    pub(crate) async fn start(kind: Kind, tls: Option<Arc<ServerConfig>>) -> Result<Self, Error> {
        let runtime = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let services = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let replies = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let addresses = Addresses {
            runtime: runtime.local_addr()?,
            services: format!("{scheme}://{}", services.local_addr()?),
            replies: format!("{scheme}://{}", replies.local_addr()?),
        };
        let (sender, seen) = mpsc::unbounded_channel();
        let calls = Calls::default();
        let mut servers = JoinSet::new();
        servers.spawn(serve_runtime(runtime, sender));
        let tls = tls.map(TlsAcceptor::from);
        for listener in [services, replies] {
            servers.spawn(serve_services(listener, kind, tls.clone(), calls.clone()));
        }
        Ok(Self { addresses, seen, calls, _servers: servers })
    }

    pub(crate) fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    pub(crate) async fn next(&mut self, subject: &Subject) -> Result<Next, Error> {
        match self.seen(subject).await? {
            Seen::Next(next) => Ok(next),
            Seen::Answer(_) => Err(failed(subject, "it answered twice")),
            Seen::Failure(why) => Err(failed(subject, &why)),
        }
    }

    pub(crate) async fn answer(&mut self, subject: &Subject) -> Result<Instant, Error> {
        match self.seen(subject).await? {
            Seen::Answer(at) => Ok(at),
            Seen::Next(_) => Err(failed(subject, "it wants another event before it has answered")),
            Seen::Failure(why) => Err(failed(subject, &why)),
        }
    }

    async fn seen(&mut self, subject: &Subject) -> Result<Seen, Error> {
        let seen = timeout(PATIENCE, self.seen.recv()).await.ok().flatten();
        seen.ok_or_else(|| failed(subject, "it was silent for ten minutes"))
    }

    /// The calls since the last look, and when each arrived.
    pub(crate) fn take_calls(&self) -> Vec<(String, Instant)> {
        std::mem::take(&mut *self.calls.lock().expect("nothing panics with it"))
    }
}

fn failed(subject: &Subject, why: &str) -> Error {
    Error::Function { subject: subject.name.clone(), why: why.to_owned() }
}

async fn serve_runtime(listener: TcpListener, seen: mpsc::UnboundedSender<Seen>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _slower = stream.set_nodelay(true);
        let seen = seen.clone();
        connections.spawn(serve(stream, move |request| runtime(request, seen.clone())));
    }
}

async fn runtime(
    request: Request<Incoming>,
    seen: mpsc::UnboundedSender<Seen>,
) -> Response<Full<Bytes>> {
    let at = Instant::now();
    let path = request.uri().path().to_owned();
    if path.ends_with("/invocation/next") {
        let (event, handed_out) = oneshot::channel();
        let _over = seen.send(Seen::Next(Next { at, event }));
        return invocation(handed_out.await.unwrap_or_default());
    }
    let body = request.into_body().collect().await.map(Collected::to_bytes).unwrap_or_default();
    let what = if path.ends_with("/response") {
        Seen::Answer(at)
    } else {
        Seen::Failure(String::from_utf8_lossy(&body).into_owned())
    };
    let _over = seen.send(what);
    answer(StatusCode::ACCEPTED, "{}")
}

fn invocation(event: Bytes) -> Response<Full<Bytes>> {
    let deadline = jiff::Timestamp::now().as_millisecond() + 300_000;
    Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", deadline)
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:111122223333:function:lilo",
        )
        .header("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")
        .body(Full::new(event))
        .expect("constant headers")
}

async fn serve_services(listener: TcpListener, kind: Kind, tls: Option<TlsAcceptor>, calls: Calls) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _slower = stream.set_nodelay(true);
        let (tls, calls) = (tls.clone(), calls.clone());
        connections.spawn(async move {
            let service = move |request| service(request, kind, calls.clone());
            match tls {
                None => serve(stream, service).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, service).await;
                    }
                }
            }
        });
    }
}

async fn service(request: Request<Incoming>, kind: Kind, calls: Calls) -> Response<Full<Bytes>> {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    // Read to its end, or the connection could not be used again.
    let _lost = body.collect().await;
    let (call, status, body) = if parts.method == Method::PUT && parts.uri.path() == "/reply" {
        ("reply", StatusCode::OK, "")
    } else {
        medialive::answer(kind, &parts.method, &parts.uri)
    };
    calls.lock().expect("nothing panics with it").push((call.to_owned(), at));
    answer(status, body)
}

fn answer(status: StatusCode, body: &'static str) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from_static(body.as_bytes())))
        .expect("constant headers")
}

async fn serve<F: Future<Output = Response<Full<Bytes>>>>(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    respond: impl Fn(Request<Incoming>) -> F,
) {
    let service = service_fn(|request| {
        let response = respond(request);
        async { Ok::<_, Infallible>(response.await) }
    });
    // The function closes it, or is killed.
    let _closed = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

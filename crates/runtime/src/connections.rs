//! New connections: TCP, and TLS where the URL says so. One can be opened before it is needed.

use std::error::Error;
use std::fmt::{self, Debug};
use std::future::ready;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBuf};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tower_service::Service;

/// For TCP and TLS together.
const CONNECT: Duration = Duration::from_secs(4);
/// INIT waits for a connection at most this long; the first call then opens one by itself.
const OPEN_BEFOREHAND: Duration = Duration::from_secs(1);
/// A connection that was opened beforehand is used within this time. Lambda may freeze a function
/// between INIT and its first event, and the server closes what is idle.
const FRESH: Duration = Duration::from_secs(5);

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type BoxError = Box<dyn Error + Send + Sync>;
type Connecting = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

struct Opened {
    uri: Uri,
    at: Instant,
    stream: Stream,
}

/// Opens connections. Clones share the one that was opened beforehand.
#[derive(Clone)]
pub(crate) struct Connections {
    https: HttpsConnector<HttpConnector>,
    opened: Arc<Mutex<Option<Opened>>>,
}

impl Connections {
    pub(crate) fn new(tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        Self { https: HttpsConnector::from((tcp, tls)), opened: Arc::default() }
    }

    /// Opens a connection to the server of this URL, for the first request to it. Without one, that
    /// request opens its own, and reports what is wrong.
    pub(crate) async fn open(&self, uri: Uri) {
        let stream = timeout(OPEN_BEFOREHAND, self.clone().https.call(uri.clone())).await;
        match stream {
            Ok(Ok(stream)) => *self.lock() = Some(Opened { uri, at: Instant::now(), stream }),
            Ok(Err(error)) => tracing::info!(error, "no connection opened beforehand"),
            Err(_elapsed) => tracing::info!("no connection opened beforehand: it takes too long"),
        }
    }

    fn take(&self, uri: &Uri) -> Option<Stream> {
        let mut opened = self.lock().take_if(|it| {
            it.uri.scheme() == uri.scheme() && it.uri.authority() == uri.authority()
        })?;
        (opened.at.elapsed() < FRESH && is_idle(&mut opened.stream)).then_some(opened.stream)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the server keeps the connection open and has sent nothing: a call that writes would fail
/// on a closed one, and is not repeated.
fn is_idle(stream: &mut Stream) -> bool {
    let mut byte = [0];
    let mut read = ReadBuf::new(&mut byte);
    let mut nobody = Context::from_waker(Waker::noop());
    Pin::new(stream).poll_read(&mut nobody, read.unfilled()).is_pending()
}

impl Service<Uri> for Connections {
    type Response = Stream;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        if let Some(stream) = self.take(&uri) {
            return Box::pin(ready(Ok(stream)));
        }
        let connecting = self.https.call(uri);
        Box::pin(async {
            let connected = timeout(CONNECT, connecting).await;
            connected
                .unwrap_or_else(|_elapsed| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
        })
    }
}

impl Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

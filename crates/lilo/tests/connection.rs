//! A function's connection to MediaLive over TLS: when it is opened, and whose certificates count.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::future::pending;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use lilo_tests::programs::http;
use lilo_tests::samples;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;
use tokio::sync::Notify;

/// What MediaLive does with its first connection; it answers on every other one.
#[derive(Clone, Copy, PartialEq)]
enum First {
    Answered,
    /// Closed after its handshake.
    Closed,
    /// Closed in the middle of an answer.
    Cut,
}

/// MediaLive behind TLS, without any channel.
struct MediaLive {
    folder: TempDir,
    url: String,
    connections: Arc<AtomicUsize>,
    /// The head of every request.
    requests: Arc<Mutex<Vec<String>>>,
    /// An event may be handed out: a first connection that is to be closed is closed.
    ready: Arc<Notify>,
}

impl MediaLive {
    fn start(first: First) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = certificate("one", &folder.path().join("authority.pem"));
        let tls = ServerConfig::builder().with_no_client_auth();
        let tls = Arc::new(tls.with_single_cert(vec![certificate], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let connections = Arc::<AtomicUsize>::default();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let ready = Arc::<Notify>::default();
        if first != First::Closed {
            ready.notify_one();
        }
        let (counter, heads, closed) =
            (Arc::clone(&connections), Arc::clone(&requests), Arc::clone(&ready));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Before its handshake: the function may go on before this side has finished it.
                let number = counter.fetch_add(1, Ordering::SeqCst);
                let first = if number == 0 { first } else { First::Answered };
                let (tls, heads, closed) =
                    (Arc::clone(&tls), Arc::clone(&heads), Arc::clone(&closed));
                thread::spawn(move || {
                    let ended = serve(first, tls, stream, &heads);
                    closed.notify_one();
                    ended
                });
            }
        });
        Self { folder, url, connections, requests, ready }
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// A certificate that is its own authority of this name, in this file, and its key.
fn certificate(
    name: &str,
    file: &Path,
) -> (rustls::pki_types::CertificateDer<'static>, PrivateKeyDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let mut certificate = CertificateParams::new(["localhost".to_owned()]).unwrap();
    certificate.distinguished_name.push(DnType::CommonName, name);
    let certificate = certificate.self_signed(&key).unwrap();
    fs::write(file, certificate.pem()).unwrap();
    (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// Ends with the connection, or when the function refuses the certificate.
fn serve(
    first: First,
    tls: Arc<ServerConfig>,
    mut stream: TcpStream,
    heads: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut connection = ServerConnection::new(tls).ok()?;
    if first == First::Closed {
        connection.complete_io(&mut stream).ok()?;
        connection.send_close_notify();
        connection.complete_io(&mut stream).ok()?;
        return stream.shutdown(Shutdown::Both).ok();
    }
    let mut stream = StreamOwned::new(connection, stream);
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        heads.lock().unwrap().push(String::from_utf8(head).unwrap());
        if first == First::Cut {
            return stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").ok();
        }
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}").ok()?;
        stream.flush().ok()?;
    }
}

/// What the Runtime API sees, with MediaLive's connections by then.
#[derive(Debug, PartialEq)]
enum Seen {
    Next(usize),
    Answered(usize),
    Failed(String),
}

/// The Runtime API with one event: a channel was created.
fn runtime_api(medialive: &MediaLive) -> (String, mpsc::Receiver<Seen>) {
    let (sender, seen) = mpsc::channel();
    let (answered, failed) = (sender.clone(), sender.clone());
    let connections = Arc::clone(&medialive.connections);
    let ready = Arc::clone(&medialive.ready);
    let count = move || connections.load(Ordering::SeqCst);
    let (before, after) = (count.clone(), count);
    let handed_out = Arc::<AtomicUsize>::default();
    let next = move || {
        let first = handed_out.fetch_add(1, Ordering::SeqCst) == 0;
        let told = first.then(|| sender.send(Seen::Next(before())));
        let ready = Arc::clone(&ready);
        async move {
            match told {
                Some(Ok(())) => {
                    ready.notified().await;
                    event()
                }
                Some(Err(_)) | None => pending().await,
            }
        }
    };
    let router = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route(
            "/2018-06-01/runtime/invocation/{id}/response",
            post(move || {
                let told = answered.send(Seen::Answered(after()));
                async move { told.map_err(|error| error.to_string()) }
            }),
        )
        .fallback(move |body: String| {
            let told = failed.send(Seen::Failed(body));
            async move { told.map_err(|error| error.to_string()) }
        });
    (http::serve(router), seen)
}

fn event() -> Response {
    let headers = [
        ("lambda-runtime-aws-request-id", "1"),
        ("lambda-runtime-deadline-ms", "32503680000000"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:111122223333:function:x"),
    ];
    (headers, samples::created("1000002").to_string()).into_response()
}

/// The starter's process; killed when dropped.
struct Starter(Child);

impl Starter {
    fn start(medialive: &MediaLive, runtime: &str, more: &[(&str, PathBuf)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lilo"));
        // It ends with its standard input.
        command.args(["function", "lilo-starter"]).stdin(Stdio::piped()).stdout(Stdio::null());
        command.env_clear();
        command.envs([
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_ENDPOINT_URL_MEDIALIVE", &medialive.url),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_FUNCTION_NAME", "lilo-starter"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_RUNTIME_API", runtime.trim_start_matches("http://")),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ]);
        command.envs(more.iter().map(|(name, value)| (name, value)));
        Self(command.spawn().unwrap())
    }
}

impl Drop for Starter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

/// A starter that trusts MediaLive by `AWS_CA_BUNDLE`.
fn trusting_starter(medialive: &MediaLive) -> (Starter, mpsc::Receiver<Seen>) {
    let (runtime, seen) = runtime_api(medialive);
    let trust = [("AWS_CA_BUNDLE", medialive.authority())];
    (Starter::start(medialive, &runtime, &trust), seen)
}

#[test]
fn the_connection_to_medialive_is_opened_during_init() {
    let medialive = MediaLive::start(First::Answered);
    let (_starter, seen) = trusting_starter(&medialive);

    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Next(1));
    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Answered(1), "the same connection");
}

#[test]
fn a_connection_closed_before_the_first_event_is_replaced() {
    let medialive = MediaLive::start(First::Closed);
    let (_starter, seen) = trusting_starter(&medialive);

    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Next(1));
    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Answered(2));
    let requests = medialive.requests();
    assert!(requests[0].contains("amz-sdk-request: attempt=1;"), "{requests:?}");
}

#[test]
fn an_answer_cut_in_the_middle_is_asked_for_again() {
    let medialive = MediaLive::start(First::Cut);
    let (_starter, seen) = trusting_starter(&medialive);

    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Next(1));
    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Answered(2));
    assert_eq!(medialive.requests().len(), 2);
}

#[test]
fn a_certificate_for_another_name_gets_no_request() {
    let mut medialive = MediaLive::start(First::Answered);
    medialive.url = medialive.url.replace("localhost", "127.0.0.1");
    let (runtime, seen) = runtime_api(&medialive);
    // The starter then waits, and calls again.
    let once = ("AWS_MAX_ATTEMPTS", "1".into());
    let trust = ("AWS_CA_BUNDLE", medialive.authority());
    let _starter = Starter::start(&medialive, &runtime, &[trust, once]);

    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Next(1));
    while medialive.connections.load(Ordering::SeqCst) < 3 {
        let answered = seen.recv_timeout(Duration::from_millis(20));
        assert!(answered.is_err(), "{answered:?} without MediaLive");
    }
    assert_eq!(medialive.requests(), Vec::<String>::new());
}

/// Has a starter with this bundle answer, where the system trusts MediaLive. Says how many
/// connections MediaLive got.
fn connections_with_bundle(make: impl FnOnce(&Path) -> PathBuf) -> usize {
    let medialive = MediaLive::start(First::Answered);
    let (runtime, seen) = runtime_api(&medialive);
    let bundle = make(medialive.folder.path());
    let trust = [("AWS_CA_BUNDLE", bundle), ("SSL_CERT_FILE", medialive.authority())];
    let _starter = Starter::start(&medialive, &runtime, &trust);

    assert_eq!(seen.recv_timeout(PATIENCE).unwrap(), Seen::Next(1));
    match seen.recv_timeout(PATIENCE).unwrap() {
        Seen::Answered(connections) => connections,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_issuer_outside_the_bundle_may_be_one_of_the_systems() {
    // "one" is the name of MediaLive's authority, too: that was renewed since.
    for name in ["another", "one"] {
        let connections = connections_with_bundle(|folder| {
            let bundle = folder.join("bundle.pem");
            certificate(name, &bundle);
            bundle
        });
        assert_eq!(connections, 3, "refused twice: {name}");
    }
}

#[test]
fn a_bundle_of_no_use_leaves_the_systems_roots() {
    for text in [
        None,
        Some("no certificate"),
        Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ] {
        let connections = connections_with_bundle(|folder| {
            let bundle = folder.join("bundle.pem");
            if let Some(text) = text {
                fs::write(&bundle, text).unwrap();
            }
            bundle
        });
        assert_eq!(connections, 1, "{text:?}");
    }
    assert_eq!(connections_with_bundle(|_| PathBuf::new()), 1, "an empty variable");
}

//! Any bytes as a payload: no panic, one reply to whom can be answered, 4096 bytes at most, to S3
//! alone, no signature in a log.
#![no_main]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use libfuzzer_sys::fuzz_target;
use lilo_custom_resource::{Accepted, Arrival, Data, Outcome, Rejected, Replies, accept};
use serde_json::Value;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Debug, Default)]
struct Sent(Arc<Mutex<Vec<(String, usize)>>>);

impl HttpConnector for Sent {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // As the one that sends reads it, which is not the parser that decided where it may go.
        let uri: http::Uri = request.uri().parse().expect("only what can be sent is sent");
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        let length = request.body().bytes().unwrap_or_default().len();
        self.0.lock().expect("no panic").push((host, length));
        let ok = http::Response::new(SdkBody::empty());
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(ok).expect("a response")))
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The signature in a payload's ResponseURL, if it is long enough not to stand anywhere else by
/// chance.
fn signature(payload: &Value) -> Option<&str> {
    let url = payload.get("ResponseURL")?.as_str()?;
    let (_, signature) = url.split_once("X-Amz-Signature=")?;
    let rest = payload.to_string().matches(signature).count();
    (signature.len() > 8 && rest == 1).then_some(signature)
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(payload) = serde_json::from_slice::<Value>(bytes) else { return };
    let (sent, log) = (Sent::default(), Log::default());
    let subscriber =
        tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(log.clone()).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without threads");
    let http = SharedHttpConnector::new(sent.clone());
    let arrival = Arrival {
        now: "2026-11-18T09:20:00Z".parse().expect("a time"),
        time_left: Duration::from_secs(900),
        replies: Replies::S3,
    };
    let served = tracing::subscriber::with_default(subscriber, || {
        let Accepted { request, reply } = accept(payload.clone(), arrival)?;
        let (id, outcome) = match request {
            // Says whatever the request says: a reason in any script, of any length.
            Ok(request) => {
                tracing::info!(?request, "accepted");
                let said = serde_json::to_string(&request.properties).unwrap_or_default();
                let success = said.len() % 2 == 0;
                let outcome =
                    if success { Outcome::Success(Data::new()) } else { Outcome::Failed(said) };
                (request.identity.logical_id, outcome)
            }
            Err(Rejected { physical_id, reason }) => (physical_id, Outcome::Failed(reason)),
        };
        runtime.block_on(reply.send(&http, &id, &outcome))
    });
    let sent = sent.0.lock().expect("no panic");
    assert!(sent.len() <= 1, "{sent:?}");
    assert!(sent.len() == 1 || served.is_err(), "no answer, and no error");
    for (host, length) in sent.iter() {
        assert!(*length <= 4096, "{length} bytes");
        assert!(host.split('.').any(|label| label == "s3" || label.starts_with("s3-")), "{host}");
    }
    if let Some(signature) = signature(&payload) {
        let log = String::from_utf8_lossy(&log.0.lock().expect("no panic")).into_owned();
        assert!(!log.contains(signature), "{log}");
    }
});

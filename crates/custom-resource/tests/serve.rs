//! One answer, whatever happens: through `serve`, with a ResponseURL that behaves as told.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use lilo_custom_resource::{Data, Done, Error, Invocation, Made, Replies, Request, serve};
use lilo_lifecycle::Patience;
use serde_json::{Value, json};

const TIME_LEFT: Duration = Duration::from_secs(900);
const SIGNATURE: &str = "X-Amz-Signature=4f3c2b1a";

/// What the ResponseURL does with one PUT.
#[derive(Clone, Copy, Debug)]
enum Does {
    Answer(u16),
    Refuse,
    Hang,
}

/// A ResponseURL that follows a script, then takes everything.
#[derive(Clone, Debug, Default)]
struct Bucket {
    script: Arc<Mutex<VecDeque<Does>>>,
    puts: Arc<Mutex<Vec<Value>>>,
    /// What was handed on to another invocation, if there is an event bus.
    handed_on: Arc<Mutex<Vec<Value>>>,
    eventbridge: bool,
}

impl HttpConnector for Bucket {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        assert_eq!(request.method(), "PUT");
        assert_eq!(request.headers().get("content-type"), None);
        let body = request.body().bytes().unwrap();
        assert_eq!(request.headers().get("content-length"), Some(&*body.len().to_string()));
        self.puts.lock().unwrap().push(serde_json::from_slice(body).unwrap());
        let does = self.script.lock().unwrap().pop_front().unwrap_or(Does::Answer(200));
        HttpConnectorFuture::new(async move {
            match does {
                Does::Answer(status) => {
                    Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::empty()))
                }
                Does::Refuse => Err(ConnectorError::io(io::Error::other("refused").into())),
                Does::Hang => std::future::pending().await,
            }
        })
    }
}

impl Bucket {
    fn that(script: &[Does]) -> Self {
        let bucket = Self::default();
        bucket.script.lock().unwrap().extend(script);
        bucket
    }

    /// Serves a payload whose ResponseURL is this bucket.
    async fn serve(
        &self,
        payload: Value,
        handle: impl AsyncFnOnce(&Request, &Made, Patience) -> Result<Done, io::Error>,
    ) -> Result<(), Error> {
        self.serve_in(TIME_LEFT, payload, handle).await
    }

    /// The same, in an invocation that has `time_left`.
    async fn serve_in(
        &self,
        time_left: Duration,
        payload: Value,
        handle: impl AsyncFnOnce(&Request, &Made, Patience) -> Result<Done, io::Error>,
    ) -> Result<(), Error> {
        let http = &SharedHttpConnector::new(self.clone());
        let now = SystemTime::now();
        let invocation = Invocation { payload, now, time_left, http, replies: Replies::S3 };
        let hand_on = async |payload| {
            if !self.eventbridge {
                return Err("no such bus".into());
            }
            self.handed_on.lock().unwrap().push(payload);
            Ok(())
        };
        serve(invocation, hand_on, handle).await
    }

    fn puts(&self) -> Vec<Value> {
        self.puts.lock().unwrap().clone()
    }
}

fn create() -> Value {
    json!({
        "RequestType": "Create", "RequestId": "r1", "StackId": "arn:aws:cloudformation:x:1:stack/Dev/1",
        "ResponseURL": format!("https://bucket.s3.amazonaws.com/key?{SIGNATURE}"),
        "ResourceType": "Custom::Thing", "LogicalResourceId": "Thing",
        "ResourceProperties": {"ServiceTimeout": "600"},
    })
}

async fn succeed(_: &Request, made: &Made, _: Patience) -> Result<Done, io::Error> {
    made.note("42");
    Ok(Data::from([("Arn", "arn:42".to_owned())]).into())
}

#[tokio::test(start_paused = true)]
async fn a_success_is_one_put_with_the_requests_ids() {
    let bucket = Bucket::default();

    bucket.serve(create(), succeed).await.unwrap();

    assert_eq!(
        bucket.puts(),
        [json!({
            "Status": "SUCCESS", "PhysicalResourceId": "42", "RequestId": "r1",
            "StackId": "arn:aws:cloudformation:x:1:stack/Dev/1", "LogicalResourceId": "Thing",
            "Data": {"Arn": "arn:42"},
        })]
    );
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_or_hangs_is_answered_for() {
    let panics = Bucket::default();
    panics
        .serve(create(), async |_, _, _| -> Result<Done, io::Error> { panic!("a bug") })
        .await
        .unwrap();
    let hangs = Bucket::default();
    hangs
        .serve(create(), async |_, _, _| std::future::pending::<Result<Done, io::Error>>().await)
        .await
        .unwrap();

    for (bucket, reason) in [(panics, "the function panicked"), (hangs, "not finished after")] {
        let [reply] = bucket.puts().try_into().unwrap();
        assert_eq!(
            (&reply["Status"], &reply["PhysicalResourceId"]),
            (&"FAILED".into(), &"lilo-nothing-made".into())
        );
        assert!(reply["Reason"].as_str().unwrap().contains(reason), "{reply}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_fails_later_answers_with_the_id_of_what_it_made() {
    let refused = Bucket::default();
    let later = async |_: &Request, made: &Made, _| {
        made.note("42");
        Err(io::Error::other("it came to nothing"))
    };
    refused.serve(create(), later).await.unwrap();
    let panicked = Bucket::default();
    let later = async |_: &Request, made: &Made, _| -> Result<Done, io::Error> {
        made.note("42");
        panic!("a bug")
    };
    panicked.serve(create(), later).await.unwrap();

    for bucket in [refused, panicked] {
        let [reply] = bucket.puts().try_into().unwrap();
        assert_eq!(
            (&reply["Status"], &reply["PhysicalResourceId"]),
            (&"FAILED".into(), &"42".into())
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_handlers_time_ends_before_cloudformations_and_leaves_room_for_the_answer() {
    let bucket = Bucket::that(&[Does::Hang; 4]);
    let begun = tokio::time::Instant::now();

    let hangs = async |_: &Request, _: &Made, patience: Patience| {
        assert!(patience.budget < Duration::from_secs(600), "{patience:?}");
        std::future::pending::<Result<Done, io::Error>>().await
    };
    bucket.serve(create(), hangs).await.unwrap();

    assert!(begun.elapsed() < Duration::from_secs(600), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_comes_after_its_service_timeout_makes_nothing() {
    let bucket = Bucket::default();
    let mut payload = create();
    payload["ResponseURL"] =
        "https://bucket.s3.amazonaws.com/key?X-Amz-Date=20200101T000000Z".into();

    let asked = async |_: &Request, _: &Made, _| -> Result<Done, io::Error> {
        unreachable!("it is too late to do anything")
    };
    bucket.serve(payload, asked).await.unwrap();

    let [reply] = bucket.puts().try_into().unwrap();
    let id = "lilo-perhaps-made-1577836800";
    assert_eq!(reply["PhysicalResourceId"], id, "an earlier delivery may have made something");
    assert!(reply["Reason"].as_str().unwrap().contains("past its service timeout"), "{reply}");
}

#[tokio::test(start_paused = true)]
async fn what_takes_longer_than_an_invocation_goes_on_in_another_which_knows_what_was_made() {
    let bucket = Bucket { eventbridge: true, ..Bucket::default() };
    let mut payload = create();
    payload["ResourceProperties"]["ServiceTimeout"] = "3600".into();
    let waits = async |_: &Request, made: &Made, _: Patience| {
        made.note("42");
        std::future::pending::<Result<Done, io::Error>>().await
    };

    bucket.serve(payload.clone(), waits).await.unwrap();

    assert!(bucket.puts().is_empty(), "not answered yet");
    let [next] = bucket.handed_on.lock().unwrap().clone().try_into().unwrap();
    assert_eq!(next["ResponseURL"], payload["ResponseURL"]);
    let ends = async |request: &Request, _: &Made, _: Patience| {
        assert_eq!(request.service_timeout, Duration::from_secs(3600));
        Err(io::Error::other("no more patience"))
    };
    bucket.serve(next, ends).await.unwrap();
    let [reply] = bucket.puts().try_into().unwrap();
    assert_eq!((&reply["Status"], &reply["PhysicalResourceId"]), (&"FAILED".into(), &"42".into()));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_handed_on_is_answered() {
    let bucket = Bucket::default();
    let mut payload = create();
    payload["ResourceProperties"]["ServiceTimeout"] = "3600".into();
    let waits = async |_: &Request, _: &Made, _: Patience| std::future::pending().await;

    bucket.serve(payload, waits).await.unwrap();

    let [reply] = bucket.puts().try_into().unwrap();
    let reason = reply["Reason"].as_str().unwrap();
    assert!(reason.contains("not handed on to another: no such bus"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn an_update_answers_with_the_id_of_what_it_made_in_place_of_the_resource() {
    let mut payload = create();
    payload["RequestType"] = "Update".into();
    payload["PhysicalResourceId"] = "7".into();
    payload["OldResourceProperties"] = json!({});
    let replaces = async |_: &Request, _: &Made, _: Patience| {
        Ok(Done { replaced_by: Some("8".to_owned()), ..Done::default() })
    };
    let fails = async |_: &Request, made: &Made, _: Patience| {
        made.note("8");
        Err(io::Error::other("no"))
    };
    let (done, failed) = (Bucket::default(), Bucket::default());

    done.serve(payload.clone(), replaces).await.unwrap();
    failed.serve(payload, fails).await.unwrap();

    for (bucket, status, id) in [(done, "SUCCESS", "8"), (failed, "FAILED", "7")] {
        let [reply] = bucket.puts().try_into().unwrap();
        assert_eq!((&reply["Status"], &reply["PhysicalResourceId"]), (&status.into(), &id.into()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_url_that_leads_elsewhere_gets_no_request_and_nothing_is_done() {
    for url in ["http://169.254.169.254/latest", "https://example.com/key", "http://127.0.0.1:1/"] {
        let bucket = Bucket::default();
        let mut payload = create();
        payload["ResponseURL"] = url.into();
        let asked =
            async |_: &Request, _: &Made, _: Patience| unreachable!("nothing is to be done");

        let error = bucket.serve(payload, asked).await.unwrap_err();

        assert!(matches!(error, Error::ForeignUrl(_)), "{error}");
        assert!(bucket.puts().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_tried_again_when_the_url_fails_for_a_while() {
    let bucket = Bucket::that(&[Does::Refuse, Does::Answer(500), Does::Hang, Does::Answer(503)]);

    bucket.serve(create(), succeed).await.unwrap();

    let puts = bucket.puts();
    assert_eq!(puts.len(), 5);
    assert!(puts.iter().all(|put| put == &puts[0]), "always the same reply");
}

#[tokio::test(start_paused = true)]
async fn a_url_that_keeps_failing_is_given_up_so_that_lambda_runs_the_function_again() {
    let bucket = Bucket::that(&[Does::Hang; 20]);
    let begun = tokio::time::Instant::now();

    let error = bucket.serve(create(), succeed).await.unwrap_err();

    assert!(matches!(error, Error::Undeliverable(_)), "{error}");
    assert_eq!(bucket.puts().len(), 5);
    assert!(begun.elapsed() <= Duration::from_secs(80), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_refused_reply_is_not_tried_again() {
    let bucket = Bucket::that(&[Does::Answer(403)]);

    let error = bucket.serve(create(), succeed).await.unwrap_err();

    assert!(matches!(error, Error::ReplyRefused(403)), "{error}");
    assert_eq!(bucket.puts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_answered_makes_no_request() {
    for missing in ["ResponseURL", "StackId", "RequestId", "LogicalResourceId"] {
        let bucket = Bucket::default();
        let mut payload = create();
        payload.as_object_mut().unwrap().remove(missing);

        let error = bucket.serve(payload, succeed).await.unwrap_err();

        assert!(matches!(error, Error::Unanswerable(name) if name == missing), "{error}");
        assert!(bucket.puts().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_answers_with_its_own_id_and_without_data() {
    let bucket = Bucket::default();
    let mut payload = create();
    payload["RequestType"] = "Delete".into();
    payload["PhysicalResourceId"] = "7".into();

    bucket.serve(payload, succeed).await.unwrap();

    let [reply] = bucket.puts().try_into().unwrap();
    assert_eq!((&reply["Status"], &reply["PhysicalResourceId"]), (&"SUCCESS".into(), &"7".into()));
    assert_eq!(reply.get("Data"), None);
}

/// Everything that was logged.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_signed_url_appears_in_no_log() {
    let log = Log::default();
    let writer = log.clone();
    let logging = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(logging);

    let bucket = Bucket::that(&[Does::Refuse, Does::Answer(500), Does::Answer(403)]);
    let says = async |request: &Request, _: &Made, _| {
        tracing::info!(?request, "handling");
        Err(io::Error::other("no"))
    };
    let error = bucket.serve(create(), says).await.unwrap_err();
    tracing::error!(?error, %error, "not answered");

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("reply not delivered yet") && log.contains("handling"), "{log}");
    assert!(!log.contains("4f3c2b1a") && !log.contains("bucket.s3"), "{log}");
}

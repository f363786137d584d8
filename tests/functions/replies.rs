//! One reply, whatever happens: through `lilo_runtime::serve`, with a ResponseURL that behaves as
//! told.

use std::io;
use std::time::Duration;

use lambda_runtime::{Context, LambdaEvent};
use lilo_custom_resource::{Data, Error, Request};
use lilo_runtime::{Creation, Deadline};
use lilo_tests::{Call, CallFault, Calls, Cloud, FOREVER, Fault, Function, Log, PUT_EVENTS, REPLY};
use serde_json::{Value, json};

const SIGNATURE: &str = "X-Amz-Signature=4f3c2b1a";

/// Serves a payload in an invocation of a quarter of an hour.
async fn serve(cloud: &Cloud, payload: Value, handle: impl Handle) -> Result<(), Error> {
    cloud.expect_answer(Function::Input, &payload);
    let event = LambdaEvent::new(payload, Context::default());
    lilo_runtime::serve("lilo-input", event, &cloud.aws("lilo-thing"), handle).await
}

/// The next answers of the ResponseURL, which then takes everything.
fn fail(cloud: &Cloud, faults: &[CallFault]) {
    for fault in faults {
        cloud.inject(Fault::nth(Calls::to(REPLY), 1, *fault));
    }
}

/// What was put to the ResponseURL.
fn puts(cloud: &Cloud) -> Vec<Value> {
    // Not every request here is to be answered, and handlers panic on purpose.
    let mut wrong = cloud.check();
    wrong.retain(|it| {
        !["was never answered", "its handler panicked"].iter().any(|end| it.ends_with(end))
    });
    assert_eq!(wrong, [""; 0]);
    cloud.calls_to(REPLY).iter().map(Call::json).collect()
}

/// The one reply's status and physical id, and its reason.
fn reply(cloud: &Cloud) -> (String, String, String) {
    let [reply] = puts(cloud).try_into().unwrap();
    let text = |name: &str| reply[name].as_str().unwrap_or_default().to_owned();
    (text("Status"), text("PhysicalResourceId"), text("Reason"))
}

trait Handle: AsyncFnOnce(&Request, &Creation, Deadline) -> Result<Data, io::Error> {}
impl<T: AsyncFnOnce(&Request, &Creation, Deadline) -> Result<Data, io::Error>> Handle for T {}

fn create() -> Value {
    json!({
        "RequestType": "Create", "RequestId": "r1", "StackId": "arn:aws:cloudformation:x:1:stack/Dev/1",
        "ResponseURL": format!("https://bucket.s3.amazonaws.com/key?{SIGNATURE}"),
        "ResourceType": "Custom::Thing", "LogicalResourceId": "Thing",
        "ResourceProperties": {"ServiceTimeout": "600"},
    })
}

async fn succeed(_: &Request, creation: &Creation, _: Deadline) -> Result<Data, io::Error> {
    creation.made("42");
    Ok(Data::from([("Arn", "arn:42".to_owned())]))
}

#[tokio::test(start_paused = true)]
async fn a_success_is_one_put_with_the_requests_ids() {
    let cloud = Cloud::default();

    serve(&cloud, create(), succeed).await.unwrap();

    assert_eq!(
        puts(&cloud),
        [json!({
            "Status": "SUCCESS", "PhysicalResourceId": "42", "RequestId": "r1",
            "StackId": "arn:aws:cloudformation:x:1:stack/Dev/1", "LogicalResourceId": "Thing",
            "Data": {"Arn": "arn:42"},
        })]
    );
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_or_hangs_is_answered_for() {
    let (panics, hangs) = (Cloud::default(), Cloud::default());
    let panicking = async |_: &Request, _: &Creation, _: Deadline| -> Result<Data, io::Error> {
        panic!("a bug")
    };
    serve(&panics, create(), panicking).await.unwrap();
    let begun = tokio::time::Instant::now();
    let hanging = async |_: &Request, _: &Creation, deadline: Deadline| {
        assert!(deadline.until_age(Duration::from_secs(600)).age() < Duration::from_secs(1));
        std::future::pending().await
    };
    serve(&hangs, create(), hanging).await.unwrap();

    assert!(begun.elapsed() < Duration::from_secs(600), "before CloudFormation gives up");
    for (cloud, reason) in [(panics, "the function panicked"), (hangs, "not finished after")] {
        let (status, id, said) = reply(&cloud);
        assert_eq!((status.as_str(), id.as_str()), ("FAILED", "lilo-nothing-made"));
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_fails_later_answers_with_the_id_that_it_made() {
    let (refused, panicked) = (Cloud::default(), Cloud::default());
    let fails = async |_: &Request, creation: &Creation, _: Deadline| {
        creation.made("42");
        Err(io::Error::other("it came to nothing"))
    };
    serve(&refused, create(), fails).await.unwrap();
    let panics = async |_: &Request, creation: &Creation, _: Deadline| -> Result<Data, io::Error> {
        creation.made("42");
        panic!("a bug")
    };
    serve(&panicked, create(), panics).await.unwrap();

    for cloud in [refused, panicked] {
        let (status, id, _) = reply(&cloud);
        assert_eq!((status.as_str(), id.as_str()), ("FAILED", "42"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_comes_after_its_service_timeout_makes_nothing() {
    let cloud = Cloud::default();
    let mut payload = create();
    payload["ResponseURL"] =
        "https://bucket.s3.amazonaws.com/key?X-Amz-Date=20200101T000000Z".into();

    let handle = async |_: &Request, _: &Creation, _: Deadline| unreachable!("it is too late");
    serve(&cloud, payload, handle).await.unwrap();

    let (_, id, reason) = reply(&cloud);
    assert_eq!(id, "lilo-perhaps-made-1577836800", "an earlier delivery may have made something");
    assert!(reason.contains("past its service timeout"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn long_work_goes_on_in_another_invocation_which_knows_the_id() {
    let cloud = Cloud::default();
    let mut payload = create();
    payload["ServiceTimeout"] = "3600".into();
    let waits = async |_: &Request, creation: &Creation, _: Deadline| {
        creation.made("42");
        std::future::pending().await
    };

    serve(&cloud, payload.clone(), waits).await.unwrap();

    assert!(puts(&cloud).is_empty(), "not answered yet");
    let [next] = cloud.take_handed_on().try_into().unwrap();
    assert_eq!(next["ResponseURL"], payload["ResponseURL"]);
    let ends = async |request: &Request, _: &Creation, _: Deadline| {
        let age = request.age.as_secs();
        assert!((700..900).contains(&age), "its age goes on though the URL does not say it: {age}");
        Err(io::Error::other("out of time"))
    };
    serve(&cloud, next, ends).await.unwrap();
    let (status, id, _) = reply(&cloud);
    assert_eq!((status.as_str(), id.as_str()), ("FAILED", "42"));
}

#[tokio::test(start_paused = true)]
async fn work_that_cannot_be_handed_on_is_answered() {
    let cloud = Cloud::default();
    let refused = CallFault::refused(400, "ResourceNotFoundException", "no such bus");
    cloud.fail(Calls::to(PUT_EVENTS), FOREVER, refused);
    let mut payload = create();
    payload["ResourceProperties"]["ServiceTimeout"] = "3600".into();
    let waits = async |_: &Request, _: &Creation, _: Deadline| std::future::pending().await;

    serve(&cloud, payload, waits).await.unwrap();

    let (_, _, reason) = reply(&cloud);
    assert!(
        reason.contains("not handed on to another") && reason.contains("no such bus"),
        "{reason}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_that_fails_keeps_its_physical_id() {
    let cloud = Cloud::default();
    let mut payload = create();
    payload["RequestType"] = "Update".into();
    payload["PhysicalResourceId"] = "7".into();
    payload["OldResourceProperties"] = json!({});
    let fails = async |_: &Request, creation: &Creation, _: Deadline| {
        creation.made("8");
        Err(io::Error::other("no"))
    };

    serve(&cloud, payload, fails).await.unwrap();

    let (status, id, _) = reply(&cloud);
    assert_eq!((status.as_str(), id.as_str()), ("FAILED", "7"));
}

#[tokio::test(start_paused = true)]
async fn a_response_url_that_leads_elsewhere_gets_no_request() {
    for url in ["http://169.254.169.254/latest", "https://example.com/key", "http://127.0.0.1:1/"] {
        let cloud = Cloud::default();
        let mut payload = create();
        payload["ResponseURL"] = url.into();
        let handle = async |_: &Request, _: &Creation, _: Deadline| unreachable!("nothing is done");

        let error = serve(&cloud, payload, handle).await.unwrap_err();

        assert!(matches!(error, Error::ForeignUrl(_)), "{error}");
        assert!(puts(&cloud).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_sent_again_when_the_url_fails_for_a_while() {
    let cloud = Cloud::default();
    fail(
        &cloud,
        &[CallFault::CutBefore, CallFault::status(500), CallFault::Stall, CallFault::status(503)],
    );

    serve(&cloud, create(), succeed).await.unwrap();

    let puts = puts(&cloud);
    assert_eq!(puts.len(), 5);
    assert!(puts.iter().all(|put| put == &puts[0]), "always the same reply");
}

#[tokio::test(start_paused = true)]
async fn a_url_that_keeps_failing_is_left_to_lambdas_retry() {
    let cloud = Cloud::default();
    cloud.fail(Calls::to(REPLY), 20, CallFault::Stall);
    let begun = tokio::time::Instant::now();

    let error = serve(&cloud, create(), succeed).await.unwrap_err();

    assert!(matches!(error, Error::Undeliverable(_)), "{error}");
    assert_eq!(puts(&cloud).len(), 5);
    assert!(begun.elapsed() <= Duration::from_secs(80), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_refused_reply_is_not_sent_again() {
    let cloud = Cloud::default();
    fail(&cloud, &[CallFault::status(403)]);

    let error = serve(&cloud, create(), succeed).await.unwrap_err();

    assert!(matches!(error, Error::ReplyRefused(403)), "{error}");
    assert_eq!(puts(&cloud).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_answered_makes_no_call() {
    for missing in ["ResponseURL", "StackId", "RequestId", "LogicalResourceId"] {
        let cloud = Cloud::default();
        let mut payload = create();
        payload.as_object_mut().unwrap().remove(missing);

        let error = serve(&cloud, payload, succeed).await.unwrap_err();

        assert!(matches!(error, Error::Unanswerable(name) if name == missing), "{error}");
        assert!(puts(&cloud).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_answers_with_its_own_id_and_without_data() {
    let cloud = Cloud::default();
    let mut payload = create();
    payload["RequestType"] = "Delete".into();
    payload["PhysicalResourceId"] = "7".into();

    serve(&cloud, payload, succeed).await.unwrap();

    let [reply] = puts(&cloud).try_into().unwrap();
    assert_eq!((&reply["Status"], &reply["PhysicalResourceId"]), (&"SUCCESS".into(), &"7".into()));
    assert_eq!(reply.get("Data"), None);
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

    let cloud = Cloud::default();
    fail(&cloud, &[CallFault::CutBefore, CallFault::status(500), CallFault::status(403)]);
    let says = async |request: &Request, _: &Creation, _: Deadline| {
        tracing::info!(?request, "handling");
        Err(io::Error::other("no"))
    };
    let error = serve(&cloud, create(), says).await.unwrap_err();
    tracing::error!(?error, %error, "not answered");

    let log = log.text();
    assert!(log.contains("reply not delivered yet") && log.contains("handling"), "{log}");
    assert!(!log.contains("4f3c2b1a") && !log.contains("bucket.s3"), "{log}");
}

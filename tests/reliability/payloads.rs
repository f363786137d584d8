//! Bad payloads: whatever comes, no function panics, who can be answered is answered once, the
//! reply fits, no log holds the signed URL, and no request goes where CloudFormation does not
//! listen.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use lambda_runtime::{Context, LambdaEvent};
use lilo_tests::{Cloud, Function, Log, PANICKED, REPLY, samples};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;

use crate::full;

const SECRET: &str = "5ecre7Signature";
const HOST: &str = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com";

/// What a function made of a payload.
#[derive(Debug)]
struct Served {
    panicked: bool,
    /// Host and length of each reply: of each request that does not go to MediaLive or EventBridge.
    replies: Vec<(String, usize)>,
    log: String,
}

fn serve(function: Function, payload: &Value) -> Served {
    let log = Log::default();
    let writer = log.clone();
    // As the functions log at their most talkative: see `lilo_runtime`.
    let targets = Targets::new().with_target("lilo", Level::TRACE).with_default(Level::WARN);
    let lines = tracing_subscriber::fmt::layer().json().with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(targets));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let event = LambdaEvent::new(payload.clone(), Context::default());
    let (panicked, replies) = tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let cloud = Cloud::default();
            let aws = cloud.aws("lilo");
            let served = async {
                match function {
                    Function::Input => lilo_input::handle(event, &aws).await.err(),
                    Function::Channel => lilo_channel::handle(event, &aws).await.err(),
                }
            };
            // Work for ever is no answer, but none of a payload's making.
            let served = tokio::time::timeout(Duration::from_secs(7200), served.boxed_local());
            let panicked = std::panic::AssertUnwindSafe(served).catch_unwind().await.is_err();
            (panicked, cloud.calls_to(REPLY))
        })
    });
    let replies = replies.into_iter().map(|it| (it.host, it.body.len())).collect();
    Served { panicked, replies, log: log.text() }
}

/// Whether CloudFormation can be told anything: where to, about what, and in the bytes that it
/// takes.
fn can_be_answered(payload: &Value) -> bool {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let ids = ["StackId", "RequestId", "LogicalResourceId"].map(text);
    let physical = text("PhysicalResourceId").unwrap_or_default();
    let room = ids.iter().flatten().map(|id| json!(id).to_string().len()).sum::<usize>()
        + json!(physical).to_string().len();
    ids.iter().all(Option::is_some)
        && room < 3800
        && text("ResponseURL").is_some_and(|url| {
            url.starts_with(&format!("https://{HOST}/"))
                && url.bytes().all(|it| it.is_ascii_graphic())
        })
}

fn check(function: Function, payload: &Value) -> Result<(), TestCaseError> {
    let served = serve(function, payload);
    prop_assert!(!served.panicked, "it panicked");
    prop_assert!(!served.log.contains(PANICKED), "its handler panicked: {}", served.log);
    prop_assert!(!served.log.contains(SECRET), "the log holds the signature: {}", served.log);
    for (host, length) in &served.replies {
        prop_assert!(*length <= 4096, "{} bytes", length);
        let labels: Vec<_> = host.split('.').rev().collect();
        let aws =
            matches!(labels.as_slice(), ["com", "amazonaws", ..] | ["cn", "com", "amazonaws", ..]);
        let s3 = labels.iter().any(|label| *label == "s3" || label.starts_with("s3-"));
        prop_assert!(aws && s3, "a request went to {}", host);
    }
    prop_assert!(served.replies.len() <= 1, "{} replies", served.replies.len());
    if can_be_answered(payload) {
        prop_assert_eq!(served.replies.len(), 1, "no answer; log: {}", served.log);
    }
    Ok(())
}

/// Text of any script and length, some of it made to hurt.
fn text() -> impl Strategy<Value = String> {
    let nasty = [
        "",
        "\u{0}",
        "\u{feff}",
        "../../..",
        "${jndi:x}",
        "\u{202e}",
        "1e999",
        "-1",
        "true",
        "null",
    ];
    prop_oneof![
        4 => select(nasty.to_vec()).prop_map(str::to_owned),
        4 => "\\PC{0,30}",
        2 => "[\\u{4e00}-\\u{9fff}\\u{600}-\\u{6ff}\\u{1F300}-\\u{1F5FF}]{0,60}",
        1 => (0..20_000_usize).prop_map(|length| "é\"\\".repeat(length)),
        1 => Just(format!("https://{HOST}/key?X-Amz-Signature=another")),
    ]
}

/// Any JSON, deep or wide.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..8)
                .prop_map(|entries| Value::from(Map::from_iter(entries))),
        ]
    })
}

/// As deep as the parser of Lambda's runtime lets anything be.
fn deep(depth: usize) -> Value {
    let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    serde_json::from_str(&text).unwrap_or_default()
}

/// URLs as CloudFormation sends them, and as somebody else might.
fn response_url() -> impl Strategy<Value = String> {
    let signed = format!("X-Amz-Date=20261122T100000Z&X-Amz-Signature={SECRET}");
    let urls = [
        format!("https://{HOST}/key?{signed}"),
        format!("https://{HOST}/key?X-Amz-Date=20200101T000000Z&X-Amz-Signature={SECRET}"),
        format!("https://{HOST}/key?X-Amz-Date=20991231T235959Z&X-Amz-Signature={SECRET}"),
        format!("https://{HOST}/?X-Amz-Date=99999999T999999Z&X-Amz-Signature={SECRET}"),
        format!("http://{HOST}/key?{signed}"),
        format!("https://{HOST}@example.com/key?{signed}"),
        format!("https://{HOST}.example.com/key?{signed}"),
        format!("https://example.com/{HOST}?{signed}"),
        format!("https://169.254.169.254/latest?{signed}"),
        format!("http://127.0.0.1:80/key?{signed}"),
        format!("https://s3.example.com/key?{signed}"),
        format!("https://amazonaws.com/key?{signed}"),
        format!("https://{HOST}:99999/key?{signed}"),
        format!("https://{HOST}/key with spaces\u{0}\n?{signed}"),
    ];
    select(urls.to_vec())
}

/// Where a sample request is changed, and into what.
fn mutation() -> impl Strategy<Value = (Vec<String>, Option<Value>)> {
    let members = [
        "RequestType",
        "StackId",
        "RequestId",
        "LogicalResourceId",
        "PhysicalResourceId",
        "ResourceType",
        "ResourceProperties",
        "OldResourceProperties",
        "ServiceToken",
        "LiloResume",
        "ResponseURL",
    ];
    let properties = [
        "ServiceTimeout",
        "ServiceToken",
        "Name",
        "Sources",
        "RoleArn",
        "Tags",
        "InputId",
        "ChannelClass",
        "Destinations",
        "AutoStart",
        "StopAfterHours",
        "VideoBitrate",
        "AudioLanguage",
        "Unknown",
    ];
    let path = prop_oneof![
        select(members.to_vec()).prop_map(|member| vec![member.to_owned()]),
        select(properties.to_vec())
            .prop_map(|property| vec!["ResourceProperties".to_owned(), property.to_owned()]),
        select(vec!["Hop", "Asked", "Made"])
            .prop_map(|member| vec!["LiloResume".to_owned(), member.to_owned()]),
    ];
    let value = prop_oneof![
        6 => any_json().prop_map(Some),
        1 => (1..120_usize).prop_map(|depth| Some(deep(depth))),
        1 => Just(None),
    ];
    (path, value)
}

fn mutate(payload: &mut Value, path: &[String], value: Option<Value>) {
    let (last, parents) = path.split_last().unwrap();
    let mut at = payload;
    for parent in parents {
        let Some(object) = at.as_object_mut() else { return };
        at = object.entry(parent.clone()).or_insert_with(|| json!({}));
    }
    let Some(object) = at.as_object_mut() else { return };
    match value {
        Some(value) => drop(object.insert(last.clone(), value)),
        None => drop(object.remove(last)),
    }
}

fn request() -> impl Strategy<Value = (Function, Value)> {
    let functions = select(vec![Function::Input, Function::Channel]);
    let kinds = select(vec!["Create", "Update", "Delete"]);
    let physical = [
        "1000001",
        "lilo-nothing-made",
        "lilo-nothing-made-1763805600",
        "lilo-perhaps-made-18446744073709551615",
    ];
    let physical = prop_oneof![select(physical.to_vec()).prop_map(str::to_owned), text()];
    let mutations = prop::collection::vec(mutation(), 0..4);
    (functions, kinds, response_url(), physical, mutations).prop_map(
        |(function, kind, url, physical, mutations)| {
            let mut payload = samples::create(function);
            payload["RequestType"] = kind.into();
            payload["ResponseURL"] = url.into();
            if kind != "Create" {
                payload["PhysicalResourceId"] = physical.into();
            }
            if kind == "Update" {
                payload["OldResourceProperties"] = payload["ResourceProperties"].clone();
            }
            for (path, value) in mutations {
                mutate(&mut payload, &path, value);
            }
            (function, payload)
        },
    )
}

fn run<S: Strategy>(
    (title, cases): (&str, u32),
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let begun = Instant::now();
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let ran = TestRunner::new_with_rng(config, rng).run(strategy, test);
    println!("{title}: {cases} payloads, {:.0} s", begun.elapsed().as_secs_f64());
    if let Err(failure) = ran {
        panic!("{failure}");
    }
}

#[test]
fn any_change_to_a_request_is_answered_once_or_sent_nowhere() {
    run(
        ("changed requests", if full() { 20_000 } else { 500 }),
        &request(),
        |(function, payload)| check(function, &payload),
    );
}

#[test]
fn any_json_at_all_is_taken_without_a_panic() {
    run(("any JSON", if full() { 5000 } else { 200 }), &any_json(), |payload| {
        check(Function::Input, &payload)?;
        check(Function::Channel, &payload)
    });
}

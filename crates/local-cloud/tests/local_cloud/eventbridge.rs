//! Event buses with real functions behind their rules.

use std::time::Duration;

use aws_sdk_eventbridge::{
    Client,
    config::{self, BehaviorVersion, Credentials, Region},
    primitives::DateTime,
    types::{PutEventsRequestEntry, PutEventsResultEntry},
};
use lilo_local_cloud::Config;
use lilo_local_cloud::cloudformation::Status;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::eventbridge::{EventBridge, Rule};
use lilo_local_cloud::lambda::{Lambda, LogLine};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    stack::{create, seen},
    support::{ACCOUNT, Cloud, REGION, function, lambda, line_with},
};

/// A rule of this bus with one target, the function `told`, changed as ordered.
fn rule(lambda: &Lambda, bus: &str, change: impl FnOnce(&mut Value)) -> Rule {
    let mut properties = json!({
        "EventBusName": bus,
        "EventPattern": { "source": ["me"] },
        "Targets": [{ "Id": "told", "Arn": lambda.arn("told") }]
    });
    change(&mut properties);
    Rule::from_properties("Tell", "arn:rule", &properties).unwrap()
}

/// EventBridge with the bus `own`; a second is a millisecond.
async fn start(lambda: &Lambda, rules: Vec<Rule>) -> EventBridge {
    let config = Config { second: Duration::from_millis(1), ..Config::new(REGION, ACCOUNT) };
    EventBridge::start(config, vec!["own".into()], rules, lambda.clone()).await.unwrap()
}

/// A client as the functions have it.
fn client(bridge: &EventBridge) -> Client {
    let config = config::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new("function", "secret", None, None, "test"))
        .endpoint_url(bridge.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

/// An entry that is taken.
fn entry() -> aws_sdk_eventbridge::types::builders::PutEventsRequestEntryBuilder {
    PutEventsRequestEntry::builder()
        .event_bus_name("own")
        .source("me")
        .detail_type("News")
        .detail(r#"{"n":1}"#)
}

pub(crate) async fn put(
    bridge: &EventBridge,
    entries: Vec<PutEventsRequestEntry>,
) -> (i32, Vec<PutEventsResultEntry>) {
    let put = client(bridge).put_events().set_entries(Some(entries)).send().await.unwrap();
    (put.failed_entry_count, put.entries.unwrap())
}

/// What the functions were told, once all of it has arrived.
async fn told(
    lambda: Lambda,
    bridge: EventBridge,
    mut lines: UnboundedReceiver<LogLine>,
) -> Vec<Value> {
    lambda.settled().await;
    lambda.shutdown().await;
    drop((lambda, bridge));
    let mut told = Vec::new();
    while let Some(line) = lines.recv().await {
        let event = line.text.strip_prefix("event ");
        told.extend(event.map(|event| serde_json::from_str::<Value>(event).unwrap()));
    }
    told
}

#[tokio::test]
async fn an_event_reaches_the_functions_of_the_rules_it_matches() {
    let (lambda, lines) = lambda().await;
    lambda.register(function("told")).unwrap();
    let rules = vec![rule(&lambda, "default", |_| {}), rule(&lambda, "own", |_| {})];
    let bridge = start(&lambda, rules).await;

    bridge.put(&json!({ "source": "another" }));
    bridge.put(&json!({ "source": "me" }));

    // The rule of the other bus gets nothing.
    assert_eq!(told(lambda, bridge, lines).await, [json!({ "source": "me" })]);
}

#[tokio::test]
async fn a_target_that_is_no_function_keeps_no_other_from_its_event() {
    let (lambda, lines) = lambda().await;
    lambda.register(function("told")).unwrap();
    let nobody = json!({ "Id": "nobody", "Arn": lambda.arn("nobody") });
    let both = |rule: &mut Value| rule["Targets"].as_array_mut().unwrap().insert(0, nobody);
    let bridge = start(&lambda, vec![rule(&lambda, "default", both)]).await;

    bridge.put(&json!({ "source": "me" }));

    assert_eq!(told(lambda, bridge, lines).await.len(), 1);
}

#[tokio::test]
async fn a_rule_of_a_bus_that_there_is_not_is_refused() {
    let (lambda, _lines) = lambda().await;
    let rules = vec![rule(&lambda, "another", |_| {})];

    let started = EventBridge::start(Config::new(REGION, ACCOUNT), Vec::new(), rules, lambda);

    let refused = started.await.unwrap_err().to_string();
    assert!(refused.contains("Tell") && refused.contains("named another"), "{refused}");
}

#[tokio::test]
async fn put_events_delivers_the_eventbridge_envelope_to_bus_rules() {
    let (lambda, lines) = lambda().await;
    lambda.register(function("told")).unwrap();
    let bridge = start(&lambda, vec![rule(&lambda, "own", |_| {})]).await;

    let arn = format!("arn:aws:events:{REGION}:{ACCOUNT}:event-bus/own");
    let named =
        entry().event_bus_name(arn).resources("arn:a").time(DateTime::from_secs(1_700_000_000));
    let (failed, entries) = put(&bridge, vec![named.build()]).await;

    assert_eq!((failed, entries.len()), (0, 1));
    let expected = json!({
        "version": "0",
        "id": entries[0].event_id().unwrap(),
        "detail-type": "News",
        "source": "me",
        "account": ACCOUNT,
        "time": "2023-11-14T22:13:20Z",
        "region": REGION,
        "resources": ["arn:a"],
        "detail": { "n": 1 },
    });
    assert_eq!(told(lambda, bridge, lines).await, [expected]);
}

#[tokio::test]
async fn entries_that_eventbridge_fails_fail_alone_and_with_its_codes() {
    let (lambda, lines) = lambda().await;
    lambda.register(function("told")).unwrap();
    let bridge = start(&lambda, vec![rule(&lambda, "own", |_| {})]).await;
    let without = |name: &str| {
        let keep = |field: &str, value: &str| (field != name).then(|| value.to_owned());
        let entry = PutEventsRequestEntry::builder().event_bus_name("own");
        entry
            .set_source(keep("Source", "me"))
            .set_detail_type(keep("DetailType", "News"))
            .set_detail(keep("Detail", "{}"))
            .build()
    };

    let (failed, entries) = put(
        &bridge,
        vec![
            entry().source("aws.medialive").build(),
            entry().detail("no JSON").build(),
            entry().detail("[]").build(),
            without("Source"),
            without("DetailType"),
            without("Detail"),
            // EventBridge takes it, and nobody gets it (aws/aws-cli#9186).
            entry().event_bus_name("another").build(),
            entry().build(),
        ],
    )
    .await;

    let codes: Vec<_> = entries.iter().map(|entry| entry.error_code().unwrap_or("taken")).collect();
    assert_eq!(
        codes,
        [
            "NotAuthorizedForSourceException",
            "MalformedDetail",
            "MalformedDetail",
            "InvalidArgument",
            "InvalidArgument",
            "InvalidArgument",
            "taken",
            "taken"
        ]
    );
    assert_eq!(failed, 6);
    assert!(entries[3].error_message().unwrap().contains("Source is a required argument"));
    let told = told(lambda, bridge, lines).await;
    let ids: Vec<_> = told.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [entries[7].event_id().unwrap()]);
}

#[tokio::test]
async fn oversized_or_unknown_eventbridge_request_is_refused_whole() {
    let (lambda, _lines) = lambda().await;
    let bridge = start(&lambda, Vec::new()).await;
    let refused = async |entries: Vec<PutEventsRequestEntry>| {
        let put = client(&bridge).put_events().set_entries(Some(entries)).send().await;
        let refused = put.unwrap_err().into_service_error();
        let code = refused.meta().code().unwrap_or_default().to_owned();
        (code, refused.meta().message().unwrap_or_default().to_owned())
    };
    let of_length = |length: usize| {
        let detail = format!(r#"{{"x":"{}"}}"#, "x".repeat(length));
        entry().detail(detail).build()
    };

    let validation = "ValidationException";
    let (code, message) = refused(vec![entry().build(); 11]).await;
    assert!(code == validation && message.contains("from 1 to 10, not 11"), "{code} {message}");
    assert_eq!(refused(Vec::new()).await.0, validation);
    let (code, message) = refused(vec![of_length(600_000), of_length(500_000)]).await;
    assert!(code == validation && message.contains("over the limit"), "{code} {message}");
    assert_eq!(put(&bridge, vec![of_length(1_048_000)]).await.0, 0);

    let other = client(&bridge).list_event_buses().send().await.unwrap_err().into_service_error();
    assert_eq!(other.meta().code(), Some("UnknownOperationException"));
    assert!(other.meta().message().unwrap().contains("AWSEvents.ListEventBuses"));
}

#[tokio::test]
async fn schedule_invokes_its_function_until_the_handles_are_dropped() {
    let (lambda, mut lines) = lambda().await;
    lambda.register(function("told")).unwrap();
    let every_minute = |rule: &mut Value| {
        rule["EventPattern"].take();
        rule["ScheduleExpression"] = json!("rate(1 minute)");
    };
    let bridge = start(&lambda, vec![rule(&lambda, "default", every_minute)]).await;

    let mut ids = Vec::new();
    for _ in 0..2 {
        let line = line_with(&mut lines, "event {").await.text;
        let mut event: Value = serde_json::from_str(line.strip_prefix("event ").unwrap()).unwrap();
        ids.push(event["id"].take());
        assert!(event["time"].take().is_string());
        let expected = json!({
            "version": "0", "id": null, "detail-type": "Scheduled Event", "source": "aws.events",
            "account": ACCOUNT, "time": null, "region": REGION, "resources": ["arn:rule"], "detail": {},
        });
        assert_eq!(event, expected);
    }
    assert_ne!(ids[0], ids[1]);

    drop(bridge);
    lambda.shutdown().await;
    drop(lambda);
    // The lines end with the last one that could write one, which the schedule is no longer.
    while lines.recv().await.is_some() {}
}

#[tokio::test]
async fn function_responds_after_resuming_itself_three_times_by_event() {
    let template = "
Resources:
  Told: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: told, Timeout: 60 } }
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: own } }
  Resume:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: { source: [example], detail-type: [Resume] }
      Targets: [{ Id: told, Arn: !GetAtt Told.Arn, InputPath: $.detail }]
";
    let template = Template::parse(template).unwrap();
    let cloud = Cloud::start_with(Duration::from_secs(1), template, &[]).await;

    let arn = cloud.platform.lambda.arn("told");
    let thing = format!(
        "Resources: {{ A: {{ Type: 'Custom::A', Properties: {{ ServiceToken: '{arn}', Hops: 3 }} }} }}"
    );
    let stack = create(&cloud, Template::parse(&thing).unwrap()).await;

    assert_eq!(stack.status(), Status::CreateComplete);
    assert_eq!(stack.resources()[0].physical_id, "made-A");
    assert_eq!(cloud.platform.responses.violations(), []);
    let requests = cloud.requests().await;
    assert_eq!(seen(&requests), ["Create A -"; 4]);
    let hops =
        requests.iter().map(|request| request["ResourceProperties"]["Hops"].as_str().unwrap());
    assert_eq!(hops.collect::<Vec<_>>(), ["3", "2", "1", "0"]);
}

//! Stacks of custom resources made by a real process.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use lilo_local::{
    stack::{Stack, Status},
    template::Template,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::{ACCOUNT, Cloud, REGION};

/// Longer than any test: only a test of the time itself scales it.
const SECOND: Duration = Duration::from_secs(1);

/// A template of custom resources, each with its properties as YAML; `ServiceToken` is added.
pub(crate) fn template(resources: &[(&str, &str)]) -> Template {
    let token = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:resource");
    let mut text = "Resources:\n".to_owned();
    for (name, properties) in resources {
        let properties = format!("ServiceToken: '{token}', ServiceTimeout: 60, {properties}");
        writeln!(text, "  {name}: {{ Type: 'Custom::Thing', Properties: {{ {properties} }} }}")
            .unwrap();
    }
    Template::parse(&text).unwrap()
}

pub(crate) async fn create(cloud: &Cloud, template: Template) -> Stack {
    let none = BTreeMap::new();
    cloud.formation.create("demo", template, &none, &CancellationToken::new()).await.unwrap()
}

pub(crate) fn seen(requests: &[Value]) -> Vec<String> {
    let text = |request: &Value, name: &str| request[name].as_str().unwrap_or("-").to_owned();
    let request = |request| {
        let names = ["RequestType", "LogicalResourceId", "PhysicalResourceId"];
        names.map(|name| text(request, name)).join(" ")
    };
    requests.iter().map(request).collect()
}

#[tokio::test]
async fn a_stack_is_created_in_order_and_deleted_in_reverse() {
    let mut cloud = Cloud::start(SECOND).await;
    let template = template(&[("A", "Say: !GetAtt B.Echo"), ("B", "Say: hello")]);

    let mut stack = create(&cloud, template).await;
    let created = cloud.history();
    let status = stack.status();
    cloud.formation.delete(&mut stack).await;
    let deleted = cloud.history();

    assert_eq!((status, stack.status()), (Status::CreateComplete, Status::DeleteComplete));
    assert!(stack.resources().is_empty());
    assert_eq!(
        created,
        [
            "demo CREATE_IN_PROGRESS",
            "B CREATE_IN_PROGRESS",
            "B CREATE_IN_PROGRESS",
            "B CREATE_COMPLETE",
            "A CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_COMPLETE",
            "demo CREATE_COMPLETE",
        ]
    );
    assert_eq!(
        deleted,
        [
            "demo DELETE_IN_PROGRESS",
            "A DELETE_IN_PROGRESS",
            "A DELETE_COMPLETE",
            "B DELETE_IN_PROGRESS",
            "B DELETE_COMPLETE",
            "demo DELETE_COMPLETE",
        ]
    );
    assert_eq!(cloud.responses.violations(), []);
    let requests = cloud.requests().await;
    assert_eq!(seen(&requests), ["Create B -", "Create A -", "Delete A made-A", "Delete B made-B"]);
    assert_eq!(requests[1]["ResourceProperties"]["Say"], "hello");
}

#[tokio::test]
async fn a_request_has_the_fields_that_cloudformation_sends() {
    let cloud = Cloud::start(SECOND).await;
    let template = template(&[("A", "Number: 5, Flag: true, List: [1, { Deep: false }]")]);

    let stack = create(&cloud, template).await;

    let stack_id = stack.id().to_owned();
    let request = cloud.requests().await.remove(0);
    let token = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:resource");
    let names: Vec<_> = request.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "LogicalResourceId",
            "RequestId",
            "RequestType",
            "ResourceProperties",
            "ResourceType",
            "ResponseURL",
            "ServiceTimeout",
            "ServiceToken",
            "StackId",
        ]
    );
    assert_eq!(
        request["ResourceProperties"],
        json!({
            "ServiceToken": token, "ServiceTimeout": "60",
            "Number": "5", "Flag": "true", "List": ["1", { "Deep": "false" }]
        })
    );
    assert_eq!(request["ServiceToken"], token);
    assert_eq!(request["StackId"], stack_id);
    assert_eq!(request["ResourceType"], "Custom::Thing");
    let url = request["ResponseURL"].as_str().unwrap();
    let (_, date) = url.split_once("&X-Amz-Date=").unwrap();
    let date = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &date[..16]).unwrap();
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    assert!(url.starts_with("http://127.0.0.1:") && date <= now, "{url}");
}

#[tokio::test]
async fn a_failed_create_is_rolled_back_with_a_delete_of_what_failed() {
    let mut cloud = Cloud::start(SECOND).await;
    let template =
        template(&[("A", "Say: a"), ("B", "Status: FAILED, Reason: no room, Say: !Ref A")]);

    let stack = create(&cloud, template).await;

    assert_eq!(stack.status(), Status::RollbackComplete);
    let mut reasons = Vec::new();
    while let Ok(event) = cloud.events.try_recv() {
        reasons.extend(event.resource_status_reason.filter(|_| {
            [Status::CreateFailed, Status::RollbackInProgress].contains(&event.resource_status)
        }));
    }
    assert!(
        reasons[0].starts_with(
            "Received response status [FAILED] from custom resource. Message returned: no room \
             (RequestId: "
        ),
        "{reasons:?}"
    );
    assert_eq!(
        reasons[1],
        "The following resource(s) failed to create: [B]. Rollback requested by user."
    );
    let requests = cloud.requests().await;
    assert_eq!(seen(&requests), ["Create A -", "Create B -", "Delete B made-B", "Delete A made-A"]);
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_fails_the_resource_and_is_recorded() {
    let cases = [
        ("content type", "Content-Type", "403"),
        ("method", "it must be PUT", "403"),
        ("request id", "RequestId was not the request's", "200"),
        ("empty physical id", "PhysicalResourceId was empty", "200"),
        ("too long", "it must not have over 4096", "200"),
        ("nested data", "Data's Nested", "200"),
    ];
    for (wrong, expected, code) in cases {
        let mut cloud = Cloud::start(SECOND).await;

        let stack = create(&cloud, template(&[("A", &format!("Wrong: {wrong}"))])).await;

        assert_eq!(stack.status(), Status::RollbackComplete, "{wrong}");
        let reason = std::iter::from_fn(|| cloud.events.try_recv().ok())
            .find(|event| event.resource_status == Status::CreateFailed)
            .and_then(|event| event.resource_status_reason);
        assert!(reason.unwrap().contains(expected), "{wrong}");
        let violations = cloud.responses.violations();
        assert_eq!(violations.len(), 1, "{wrong}");
        assert!(violations[0].what.contains(expected), "{wrong}");
        crate::support::line_with(&mut cloud.lines, &format!("answered [\"{code}\"]")).await;
        // No id counted, so one was made up; the resource must be able to take a Delete for it.
        let requests = cloud.requests().await;
        assert!(seen(&requests).last().unwrap().starts_with("Delete A demo-A-"), "{wrong}");
    }
}

#[tokio::test]
async fn only_the_first_answer_counts() {
    let mut cloud = Cloud::start(SECOND).await;

    let stack = create(&cloud, template(&[("A", "Wrong: twice")])).await;

    assert_eq!(stack.status(), Status::CreateComplete);
    crate::support::line_with(&mut cloud.lines, r#"answered ["200", "403"]"#).await;
    assert!(cloud.responses.violations()[0].what.contains("answered before"));
}

#[tokio::test]
async fn a_resource_that_never_answers_fails_after_its_service_timeout() {
    let mut cloud = Cloud::start(Duration::from_millis(10)).await;

    let stack = create(&cloud, template(&[("A", "Status: SILENT")])).await;

    assert_eq!(stack.status(), Status::RollbackComplete);
    let reason = std::iter::from_fn(|| cloud.events.try_recv().ok())
        .find(|event| event.resource_status == Status::CreateFailed)
        .and_then(|event| event.resource_status_reason);
    assert!(reason.unwrap().contains("did not receive a response"));
    assert!(seen(&cloud.requests().await)[1].starts_with("Delete A demo-A-"));
}

#[tokio::test]
async fn a_resource_whose_function_is_given_up_fails_at_once_with_lambdas_reason() {
    let mut cloud = Cloud::start(SECOND).await;

    let stack = create(&cloud, template(&[("A", "Status: CRASH")])).await;

    assert_eq!(stack.status(), Status::RollbackComplete);
    let reason = std::iter::from_fn(|| cloud.events.try_recv().ok())
        .find(|event| event.resource_status == Status::CreateFailed)
        .and_then(|event| event.resource_status_reason)
        .unwrap();
    for part in ["did not receive a response", "given it up", "exit status: 3"] {
        assert!(reason.contains(part), "{reason}");
    }
    cloud.lambda.shutdown().await;
}

#[tokio::test]
async fn a_cancelled_create_begins_nothing_new_and_deletes_what_was_made() {
    let mut cloud = Cloud::start(SECOND).await;
    let cancel = CancellationToken::new();
    let template = template(&[("A", "Say: a"), ("B", "Say: !Ref A")]);
    let formation = cloud.formation.clone();
    let none = BTreeMap::new();

    let watch = async {
        let mut history = Vec::new();
        while let Some(event) = cloud.events.recv().await {
            let status = event.resource_status;
            history.push(format!("{} {status}", event.logical_resource_id));
            if history.last().unwrap() == "A CREATE_IN_PROGRESS" {
                cancel.cancel();
            }
            if history.last().unwrap() == "demo DELETE_COMPLETE" {
                break;
            }
        }
        history
    };
    let create = async {
        let stack = formation.create("demo", template, &none, &cancel).await;
        drop(formation);
        stack
    };
    let (stack, history) = tokio::join!(create, watch);

    assert_eq!(stack.unwrap().status(), Status::DeleteComplete);
    assert_eq!(
        history,
        [
            "demo CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_COMPLETE",
            "demo DELETE_IN_PROGRESS",
            "A DELETE_IN_PROGRESS",
            "A DELETE_COMPLETE",
            "demo DELETE_COMPLETE",
        ]
    );
    // The answer was waited for: it is deleted under the id that the answer gave.
    assert_eq!(seen(&cloud.requests().await), ["Create A -", "Delete A made-A"]);
}

#[tokio::test]
async fn in_a_hurry_an_answer_that_cannot_come_any_more_is_not_waited_for() {
    let mut cloud = Cloud::start(SECOND).await;
    let (none, cancel) = (BTreeMap::new(), CancellationToken::new());
    let formation = cloud.formation.clone();

    let silent = template(&[("A", "Status: SILENT")]);
    let create = formation.create("demo", silent, &none, &cancel);
    let watch = async {
        while cloud.events.recv().await.unwrap().logical_resource_id != "A" {}
        cancel.cancel();
        cloud.lambda.hurry();
    };
    let both = async { tokio::join!(create, watch).0.unwrap().status() };

    let quick = tokio::time::timeout(SECOND * 30, both).await;
    assert_eq!(quick.expect("its service timeout is a minute"), Status::DeleteComplete);
}

#[tokio::test]
async fn a_create_that_is_cancelled_at_once_makes_nothing() {
    let mut cloud = Cloud::start(SECOND).await;
    let (none, cancelled) = (BTreeMap::new(), CancellationToken::new());
    cancelled.cancel();

    let create = cloud.formation.create("demo", template(&[("A", "Say: a")]), &none, &cancelled);

    assert_eq!(create.await.unwrap().status(), Status::DeleteComplete);
    assert_eq!(
        cloud.history(),
        ["demo CREATE_IN_PROGRESS", "demo DELETE_IN_PROGRESS", "demo DELETE_COMPLETE"]
    );
}

#[tokio::test]
async fn a_failure_after_a_cancellation_still_ends_in_a_delete() {
    let mut cloud = Cloud::start(SECOND).await;
    let (none, cancel) = (BTreeMap::new(), CancellationToken::new());
    let formation = cloud.formation.clone();

    let failing = template(&[("A", "Status: FAILED")]);
    let create = formation.create("demo", failing, &none, &cancel);
    let watch = async {
        while cloud.events.recv().await.unwrap().logical_resource_id != "A" {}
        cancel.cancel();
    };
    let (stack, ()) = tokio::join!(create, watch);

    assert_eq!(stack.unwrap().status(), Status::DeleteComplete);
    assert_eq!(
        cloud.history(),
        [
            "A CREATE_FAILED",
            "demo DELETE_IN_PROGRESS",
            "A DELETE_IN_PROGRESS",
            "A DELETE_COMPLETE",
            "demo DELETE_COMPLETE",
        ]
    );
}

#[tokio::test]
async fn a_failed_delete_keeps_what_the_resource_depends_on() {
    let mut cloud = Cloud::start(SECOND).await;
    let template =
        template(&[("A", "Say: a"), ("B", "Say: !Ref A, OnDelete: FAILED"), ("C", "Say: c")]);
    let mut stack = create(&cloud, template).await;
    cloud.history();

    cloud.formation.delete(&mut stack).await;

    assert_eq!(stack.status(), Status::DeleteFailed);
    let left: Vec<_> = stack.resources().iter().map(|left| left.logical_id.as_str()).collect();
    assert_eq!(left, ["A", "B"]);
    assert_eq!(
        cloud.history(),
        [
            "demo DELETE_IN_PROGRESS",
            "C DELETE_IN_PROGRESS",
            "C DELETE_COMPLETE",
            "B DELETE_IN_PROGRESS",
            "B DELETE_FAILED",
            "demo DELETE_FAILED",
        ]
    );
    cloud.lambda.shutdown().await;
}

#[tokio::test]
async fn a_rollback_that_cannot_delete_ends_failed() {
    let cloud = Cloud::start(SECOND).await;
    let stack = create(&cloud, template(&[("A", "Status: FAILED, OnDelete: FAILED")])).await;
    assert_eq!(stack.status(), Status::RollbackFailed);
}

#[tokio::test]
async fn a_resource_that_was_never_sent_is_not_deleted() {
    let missing = "Resources: { A: { Type: 'Custom::A', Properties: { ServiceToken: nobody } } }";
    let too_long = "Resources: { A: { Type: 'Custom::A', Properties: { ServiceToken: resource, ServiceTimeout: 3601 } } }";
    let attribute = "
Resources:
  A: { Type: 'Custom::A', Properties: { ServiceToken: resource } }
  B: { Type: 'Custom::B', Properties: { ServiceToken: resource, X: !GetAtt A.Nothing } }";
    let cases = [
        (missing, "no such function", 0),
        (too_long, "from 1 to 3600 seconds", 0),
        (attribute, "A has no attribute Nothing", 2),
    ];
    for (template, expected, sent) in cases {
        let mut cloud = Cloud::start(SECOND).await;
        let stack = create(&cloud, Template::parse(template).unwrap()).await;

        assert_eq!(stack.status(), Status::RollbackComplete);
        let reason = std::iter::from_fn(|| cloud.events.try_recv().ok())
            .find(|event| event.resource_status == Status::CreateFailed)
            .and_then(|event| event.resource_status_reason)
            .unwrap();
        assert!(reason.contains(expected), "{reason}");
        assert_eq!(cloud.requests().await.len(), sent);
    }
}

#[tokio::test]
async fn an_order_that_is_not_understood_is_refused_before_anything_happens() {
    let mut cloud = Cloud::start(SECOND).await;
    let bucket = "Resources: { A: { Type: 'AWS::S3::Bucket' } }";
    let nothing = "Resources: {}";
    let cases = [
        ("demo", bucket, "AWS::S3::Bucket"),
        ("2demo", nothing, "2demo"),
        ("de_mo", nothing, "de_mo"),
        ("demo", "Parameters: { P: { Type: String } }\nResources: {}", "parameter P"),
    ];
    for (name, template, expected) in cases {
        let template = Template::parse(template).unwrap();
        let (none, never) = (BTreeMap::new(), CancellationToken::new());
        let order = cloud.formation.create(name, template, &none, &never);
        let refused = order.await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
    }
    assert!(cloud.history().is_empty());
}

#[tokio::test]
async fn exports_belong_to_one_stack_until_it_is_deleted() {
    let cloud = Cloud::start(SECOND).await;
    let exporting = "
Resources: { Role: { Type: 'AWS::IAM::Role' } }
Outputs: { Role: { Value: !GetAtt Role.Arn, Export: { Name: shared } } }";
    let importing = "
Resources: { Role: { Type: 'AWS::IAM::Role' } }
Outputs: { Role: { Value: !ImportValue shared } }";
    let parse = |text| Template::parse(text).unwrap();

    let mut first = create(&cloud, parse(exporting)).await;
    let second = create(&cloud, parse(exporting)).await;
    let imported = create(&cloud, parse(importing)).await;
    cloud.formation.delete(&mut first).await;
    let too_late = create(&cloud, parse(importing)).await;

    assert_eq!(second.status(), Status::RollbackComplete);
    assert_eq!(imported.outputs()["Role"], format!("arn:aws:iam::{ACCOUNT}:role/demo-Role"));
    assert_eq!(too_late.status(), Status::RollbackComplete);
}

#[tokio::test]
async fn what_is_of_aws_itself_has_the_names_and_arns_that_others_refer_to() {
    let cloud = Cloud::start(SECOND).await;
    let text = "
Resources:
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: own } }
  OnIt: { Type: 'AWS::Events::Rule', Properties: { EventBusName: !Ref Bus } }
  OnDefault: { Type: 'AWS::Events::Rule', Properties: { EventBusName: default } }
  Queue: { Type: 'AWS::SQS::Queue' }
  Alarm: { Type: 'AWS::CloudWatch::Alarm' }
Outputs:
  Bus: { Value: !Sub '${Bus} ${Bus.Name} ${Bus.Arn}' }
  OnIt: { Value: !GetAtt OnIt.Arn }
  OnDefault: { Value: !GetAtt OnDefault.Arn }
  Queue: { Value: !Sub '${Queue.QueueName} ${Queue.Arn}' }
  Alarm: { Value: !Sub '${Alarm} ${Alarm.Arn}' }";

    let stack = create(&cloud, Template::parse(text).unwrap()).await;

    let of = |service: &str| format!("arn:aws:{service}:{REGION}:{ACCOUNT}");
    let (events, alarms) = (of("events"), of("cloudwatch"));
    let expected = [
        ("Alarm", format!("demo-Alarm {alarms}:alarm:demo-Alarm")),
        ("Bus", format!("own own {events}:event-bus/own")),
        ("OnDefault", format!("{events}:rule/demo-OnDefault")),
        ("OnIt", format!("{events}:rule/own/demo-OnIt")),
        ("Queue", format!("demo-Queue {}:demo-Queue", of("sqs"))),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(*stack.outputs(), BTreeMap::from(expected));
    assert_eq!(stack.buses(), ["own"]);
}

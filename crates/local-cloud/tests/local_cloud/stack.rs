//! Stacks of custom resources made by a real process.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use lilo_local_cloud::{
    cloudformation::template::Template,
    cloudformation::{Stack, Status},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::{ACCOUNT, Cloud, REGION};

/// Longer than any test: only a test of the time itself scales it.
pub(crate) const SECOND: Duration = Duration::from_secs(1);

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
    cloud
        .platform
        .cloudformation
        .create("demo", template, &none, &CancellationToken::new())
        .await
        .unwrap()
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
    cloud.platform.cloudformation.delete(&mut stack).await;
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
    assert_eq!(cloud.platform.responses.violations(), []);
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
async fn unsupported_stack_order_is_refused_before_any_event() {
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
        let order = cloud.platform.cloudformation.create(name, template, &none, &never);
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
    cloud.platform.cloudformation.delete(&mut first).await;
    let too_late = create(&cloud, parse(importing)).await;

    assert_eq!(second.status(), Status::RollbackComplete);
    assert_eq!(imported.outputs()["Role"], format!("arn:aws:iam::{ACCOUNT}:role/demo-Role"));
    assert_eq!(too_late.status(), Status::RollbackComplete);
}

#[tokio::test]
async fn native_resources_return_the_documented_names_and_arns() {
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

//! LILO's own templates, as they are.

use std::{collections::BTreeMap, path::Path, time::Duration};

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use lilo_local_cloud::Config;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::cloudformation::{Stack, StackResource, Status};
use lilo_local_cloud::eventbridge::Rule;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    eventbridge::put,
    support::{ACCOUNT, Cloud, REGION, texts},
};

fn infra(name: &str) -> Template {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra").join(name);
    Template::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

async fn create(
    cloud: &Cloud,
    name: &str,
    template: Template,
    parameters: &[(&str, &str)],
) -> Result<Stack, lilo_local_cloud::Error> {
    let parameters = texts(parameters);
    cloud
        .platform
        .cloudformation
        .create(name, template, &parameters, &CancellationToken::new())
        .await
}

/// A platform with LILO's functions, buses and rules.
async fn bootstrapped(second: Duration) -> Cloud {
    let parameters = [("CodeBucket", "code"), ("Architecture", "x86_64")];
    Cloud::start_with(second, infra("bootstrap.yaml"), &parameters).await
}

#[tokio::test]
async fn the_bootstrap_template_gives_functions_rules_and_exports() {
    let cloud = bootstrapped(Duration::from_secs(1)).await;

    let stack = &cloud.platform.bootstrap;

    assert_eq!(stack.status(), Status::CreateComplete);
    let functions = stack.functions().unwrap();
    let functions: Vec<_> = functions
        .iter()
        .map(|function| (function.name.as_str(), function.timeout.as_secs(), function.memory_mb))
        .collect();
    assert_eq!(
        functions,
        [("lilo-channel", 900, 128), ("lilo-input", 900, 128), ("lilo-starter", 300, 256)]
    );
    for function in stack.functions().unwrap() {
        assert_eq!(function.environment["AWS_LAMBDA_LOG_LEVEL"], "INFO");
    }
    let rules = stack.rules().unwrap();
    let mut names: Vec<_> = rules.iter().map(Rule::name).collect();
    names.sort_unstable();
    assert_eq!(names, ["ResumeChannelRule", "ResumeInputRule", "StartRule", "SweepRule"]);
    assert_eq!(stack.buses(), ["lilo"]);
    let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:lilo-channel");
    assert_eq!(stack.outputs()["ChannelFunctionArn"], arn);
}

#[tokio::test]
async fn the_bootstrap_template_is_evaluated_without_making_anything() {
    let cloud = bootstrapped(Duration::from_secs(1)).await;
    let parameters = texts(&[("CodeBucket", "code"), ("Architecture", "x86_64")]);
    let config = Config::new(REGION, ACCOUNT);

    let evaluated = Stack::evaluate("bootstrap", infra("bootstrap.yaml"), &parameters, &config);

    let (evaluated, made) = (evaluated.unwrap(), &cloud.platform.bootstrap);
    let ids = |stack: &Stack| {
        let resources = stack.resources().iter();
        let ids = resources.map(|it| (it.physical_id.clone(), it.attributes.clone()));
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(&evaluated), ids(made));
    assert_eq!(evaluated.functions().unwrap(), made.functions().unwrap());
    assert_eq!(evaluated.outputs(), made.outputs());
    let looped = texts(&[("Source", "s3ssl://bucket/film.mp4"), ("DestinationIp", "203.0.113.10")]);
    let refused = Stack::evaluate("loop", infra("loop.yaml"), &looped, &config).unwrap_err();
    assert!(refused.to_string().contains("does not support Custom::MediaLiveInput"), "{refused}");
}

#[tokio::test]
async fn the_bootstrap_templates_rules_reach_their_functions() {
    // The five minutes between two sweeps are 30 ms.
    let mut cloud = bootstrapped(Duration::from_micros(100)).await;
    let bridge = cloud.platform.eventbridge.clone();

    let kind = "MediaLive Channel State Change";
    let detail = json!({ "state": "CREATED" });
    bridge.put(&json!({ "source": "aws.medialive", "detail-type": kind, "detail": detail }));
    let resume = |function: &str| {
        let entry = PutEventsRequestEntry::builder().event_bus_name("lilo").source("lilo");
        let handed_on = json!({ "handed on to": function }).to_string();
        entry.detail_type(format!("Resume {function}")).detail(handed_on).build()
    };
    put(&bridge, vec![resume("lilo-input"), resume("lilo-channel")]).await;

    let mut told = BTreeMap::new();
    while told.len() < 4 {
        let line = cloud.lines.recv().await.unwrap();
        let Some(event) = line.text.strip_prefix("event ") else { continue };
        let event: Value = serde_json::from_str(event).unwrap();
        let what = event["detail-type"].as_str().or(event["handed on to"].as_str());
        told.insert(what.unwrap().to_owned(), line.function);
    }
    let expected = [
        (kind, "lilo-starter"),
        ("Scheduled Event", "lilo-starter"),
        ("lilo-channel", "lilo-channel"),
        ("lilo-input", "lilo-input"),
    ];
    assert_eq!(told, expected.map(|(what, to)| (what.to_owned(), to.to_owned())).into());
    cloud.platform.lambda.shutdown().await;
}

#[tokio::test]
async fn the_loop_template_orders_an_input_and_a_channel() {
    let cloud = bootstrapped(Duration::from_secs(1)).await;

    let parameters = [("Source", "s3ssl://bucket/film.mp4"), ("DestinationIp", "203.0.113.10")];
    let stack = create(&cloud, "my-loop", infra("loop.yaml"), &parameters).await.unwrap();

    assert_eq!(stack.status(), Status::CreateComplete);
    assert_eq!(stack.outputs()["ChannelId"], "made-Channel");
    assert_eq!(stack.outputs()["ChannelArn"], "arn:made");
    assert_eq!(stack.outputs()["Destination"], "rtp://203.0.113.10:5000");
    let requests = cloud.requests().await;
    let [input, channel] = requests.as_slice() else { panic!("{requests:?}") };
    let function = |name: &str| format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}");
    assert_eq!(input["ResourceType"], "Custom::MediaLiveInput");
    assert_eq!(
        input["ResourceProperties"],
        json!({
            "ServiceToken": function("lilo-input"),
            "ServiceTimeout": "1800",
            "Name": "my-loop",
            "Sources": ["s3ssl://bucket/film.mp4"],
            "AllowInsecureSource": "false",
            "RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/bootstrap-MediaLiveAccessRole"),
            "Tags": { "Owner": "Client" },
        })
    );
    let channel = &channel["ResourceProperties"];
    assert_eq!(channel["ServiceToken"], function("lilo-channel"));
    assert_eq!(channel["InputId"], "made-Input");
    assert_eq!(channel["Destinations"], json!(["rtp://203.0.113.10:5000"]));
    assert_eq!(channel["VideoBitrate"], "10000000");
}

/// Both stacks, the loop with everything that it can have.
async fn both() -> (Stack, Stack) {
    let cloud = bootstrapped(Duration::from_secs(1)).await;
    let parameters = [
        ("Source", "s3ssl://bucket/film.mp4"),
        ("DestinationIp", "203.0.113.10"),
        ("ChannelClass", "STANDARD"),
        ("Source2", "s3ssl://bucket/film.mp4"),
        ("DestinationIp2", "203.0.113.11"),
        ("DestinationPort2", "5000"),
        ("Owner", "Sport"),
    ];
    let made = create(&cloud, "my-loop", infra("loop.yaml"), &parameters).await.unwrap();
    cloud.platform.lambda.shutdown().await;
    (cloud.platform.bootstrap, made)
}

#[tokio::test]
async fn everything_that_can_carry_tags_says_whose_it_is() {
    let untaggable = [
        "AWS::IAM::ManagedPolicy",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Permission",
        "AWS::SQS::QueuePolicy",
    ];
    let (bootstrap, made) = both().await;
    let application = json!({ "Key": "Application", "Value": "lilo" });
    let owner = json!({ "Key": "Owner", "Value": "Sport" });

    for resource in bootstrap.resources() {
        if !untaggable.contains(&resource.resource_type.as_str()) {
            let expected = json!([application]);
            assert_eq!(resource.properties.get("Tags"), Some(&expected), "{resource:?}");
        }
    }
    for resource in made.resources() {
        // A custom resource's are its function's to set, which adds what LILO knows its own by.
        let is_custom = resource.resource_type.starts_with("Custom::");
        let expected =
            if is_custom { json!({ "Owner": "Sport" }) } else { json!([application, owner]) };
        assert_eq!(resource.properties.get("Tags"), Some(&expected), "{resource:?}");
    }
    assert_eq!(made.resources().len(), 4, "the second alarm is among them");
}

#[tokio::test]
async fn maximum_event_age_equals_the_service_timeout() {
    let (bootstrap, made) = both().await;
    let find = |stack: &Stack, logical_id: &str| -> StackResource {
        let found = stack.resources().iter().find(|it| it.logical_id == logical_id);
        found.unwrap_or_else(|| panic!("there is no {logical_id}")).clone()
    };

    for (resource, seconds) in [("Input", 1800), ("Channel", 3600)] {
        let waited = find(&made, resource).properties["ServiceTimeout"].clone();
        let invocations = find(&bootstrap, &format!("{resource}Invocations")).properties;
        let resumed = find(&bootstrap, &format!("Resume{resource}Rule")).properties;

        assert_eq!(waited, seconds, "{resource}");
        assert_eq!(invocations["MaximumEventAgeInSeconds"], seconds, "{resource}");
        let retries = &resumed["Targets"][0]["RetryPolicy"];
        assert_eq!(retries["MaximumEventAgeInSeconds"], seconds, "{resource}");
    }
}

#[tokio::test]
async fn a_parameter_of_the_channel_updates_the_channel_alone() {
    let cloud = bootstrapped(Duration::from_secs(1)).await;
    let given = [("Source", "s3ssl://bucket/film.mp4"), ("DestinationIp", "203.0.113.10")];
    let mut stack = create(&cloud, "my-loop", infra("loop.yaml"), &given).await.unwrap();

    let changed =
        given.into_iter().chain([("VideoBitrate", "5000000"), ("DestinationPort", "6000")]);
    let changed = changed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    cloud.platform.cloudformation.update(&mut stack, infra("loop.yaml"), &changed).await.unwrap();

    assert_eq!(stack.status(), Status::UpdateComplete);
    assert_eq!(stack.outputs()["Destination"], "rtp://203.0.113.10:6000");
    let requests = cloud.requests().await;
    let [_, _, update] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(
        (&update["RequestType"], &update["LogicalResourceId"]),
        (&json!("Update"), &json!("Channel"))
    );
    let bitrate = |properties: &str| update[properties]["VideoBitrate"].clone();
    assert_eq!(bitrate("ResourceProperties"), "5000000");
    assert_eq!(bitrate("OldResourceProperties"), "10000000");
}

#[tokio::test]
async fn the_loop_templates_checks_are_made() {
    let cloud = bootstrapped(Duration::from_secs(1)).await;
    let good = [("Source", "s3ssl://bucket/film.mp4"), ("DestinationIp", "203.0.113.10")];
    let cases = [
        (("Source", "s3ssl://bucket/film.mov"), "must be s3ssl://bucket/file.mp4"),
        // As S3's console copies it.
        (("Source", "s3://bucket/film.mp4"), "S3's own address with s3ssl in place of s3"),
        (("DestinationIp", "0.0.0.0"), "must be an IPv4 address"),
        (("DestinationPort", "65536"), "must be a port from 1 to 65535"),
        (("Owner", "a*b"), "as MediaLive's tags"),
        (("Owner", "\u{c9}t\u{e9}"), "as MediaLive's tags"),
        (("ChannelClass", "STANDARD"), "has two pipelines"),
        (("DestinationIp2", "203.0.113.11"), "need ChannelClass STANDARD"),
        (("Destination", "x"), "not declared"),
    ];
    for ((name, value), expected) in cases {
        let parameters: Vec<_> =
            good.into_iter().filter(|(good, _)| *good != name).chain([(name, value)]).collect();
        let refused = create(&cloud, "my-loop", infra("loop.yaml"), &parameters).await.unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}

//! The probe stack: roles with the rights of the functions' roles, which the caller may assume, and
//! a custom resource that shows the request that it got.

use lilo_conformance::{PROBE_STACK, TAG};
use lilo_local_cloud::Config;
use lilo_local_cloud::cloudformation::Stack as Evaluated;
use lilo_local_cloud::cloudformation::template::Template;
use serde_json::{Value, json};

use crate::Error;
use crate::aws::Aws;
use crate::aws::failure::failed;
use crate::aws::follow::Follow;
use crate::aws::stack::Stack;
use crate::cloud::Session;
use crate::error::Reason;
use crate::templates::{BOOTSTRAP, Given};

/// The roles of infra/bootstrap.yaml whose rights are tried.
pub(super) const ROLES: [&str; 2] = ["InputRole", "ChannelRole"];
/// The custom resource, and the output with the request that it got.
pub(super) const EVENT: &str = "Event";

/// Replies with the request itself, without its signed URL.
const ECHO: &str = r#"import json, urllib.request

def handler(event, context):
    url = event.pop("ResponseURL")
    reply = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    reply.update(Status="SUCCESS", PhysicalResourceId=event.get("PhysicalResourceId", "event"))
    if event["RequestType"] != "Delete":
        reply["Data"] = {"Event": json.dumps(event)}
    body = json.dumps(reply).encode()
    urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": ""}, method="PUT"))
"#;

/// Creates the stack and waits for it.
pub(super) async fn create(session: &mut Session<'_>) -> Result<Stack, Error> {
    let Session { aws, screen, .. } = session;
    let aws: &Aws = aws;
    let tag = aws_sdk_cloudformation::types::Tag::builder().key(TAG).value("probe").build();
    let call = aws
        .cloudformation
        .create_stack()
        .stack_name(PROBE_STACK)
        .template_body(template(aws)?)
        .capabilities(aws_sdk_cloudformation::types::Capability::CapabilityIam)
        .tags(tag);
    let made = call.send().await.map_err(|error| failed(error, "create the probe stack"))?;
    let id = made.stack_id.unwrap_or_default();
    let follow = Follow::from_operation_start(aws, PROBE_STACK, &id).await?;
    follow.run_to_end(screen).await?.check(PROBE_STACK, "CREATE_COMPLETE")?;
    let gone = || Error::Conformance(Reason(format!("the stack {PROBE_STACK} is gone")));
    aws.stack(&id).await?.ok_or_else(gone)
}

/// Deletes the stack, if there is one that a run has made, and waits until it is gone.
pub(in super::super) async fn delete(session: &mut Session<'_>) -> Result<(), Error> {
    let Session { aws, screen, .. } = session;
    let aws: &Aws = aws;
    let Some(stack) = aws.probe_stack().await? else { return Ok(()) };
    let follow = Follow::from_now(aws, PROBE_STACK, &stack.id).await?;
    aws.delete_stack(&stack).await?;
    follow.run_to_end(screen).await?.check(PROBE_STACK, "DELETE_COMPLETE")
}

fn template(aws: &Aws) -> Result<String, Error> {
    let account = format!("arn:{}:iam::{}:root", aws.partition, aws.account);
    let mut resources = json!({
        "EchoRole": {
            "Type": "AWS::IAM::Role",
            "Properties": { "AssumeRolePolicyDocument": trust(&json!({ "Service": "lambda.amazonaws.com" })) },
        },
        "Echo": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Timeout": 30,
                "Role": { "Fn::GetAtt": ["EchoRole", "Arn"] },
                "Code": { "ZipFile": ECHO },
            },
        },
        EVENT: {
            "Type": "Custom::LiloEvent",
            "Properties": {
                "ServiceToken": { "Fn::GetAtt": ["Echo", "Arn"] },
                "ServiceTimeout": 120,
                "Number": 1,
                "Switch": true,
            },
        },
    });
    let mut outputs = json!({ EVENT: { "Value": { "Fn::GetAtt": [EVENT, "Event"] } } });
    for role in ROLES {
        let statements = rights(role, aws)?;
        resources[role] = json!({
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": trust(&json!({ "AWS": account })),
                "Policies": [{
                    "PolicyName": "rights",
                    "PolicyDocument": { "Version": "2012-10-17", "Statement": statements },
                }],
            },
        });
        outputs[role] = json!({ "Value": { "Fn::GetAtt": [role, "Arn"] } });
    }
    let template = json!({
        "Description": "LILO's conformance suite tries the rights of LILO's functions. Delete it with `lilo conformance --target aws --clean`.",
        "Resources": resources,
        "Outputs": outputs,
    });
    Ok(template.to_string())
}

fn trust(principal: &Value) -> Value {
    let statement =
        json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

/// The statements of a role of the bootstrap template that are about MediaLive alone.
fn rights(role: &str, aws: &Aws) -> Result<Vec<Value>, Error> {
    let given = [("CodeBucket", "code"), ("Architecture", "arm64")];
    let given: Given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let config = Config::new(&aws.region, &aws.account);
    let stack = Evaluated::evaluate("lilo", Template::parse(BOOTSTRAP)?, &given, &config)?;
    let resource = stack.resources().iter().find(|it| it.logical_id == role);
    let policies = resource.and_then(|it| it.properties.get("Policies")?.as_array());
    let statements = policies
        .into_iter()
        .flatten()
        .filter_map(|policy| policy.pointer("/PolicyDocument/Statement").and_then(Value::as_array));
    let about_medialive = statements.flatten().filter(|it| {
        let actions =
            it["Action"].as_array().cloned().unwrap_or_else(|| vec![it["Action"].clone()]);
        actions.iter().all(|it| it.as_str().is_some_and(|it| it.starts_with("medialive:")))
    });
    // The template is evaluated as in the partition aws.
    let arn = format!("arn:{}:", aws.partition);
    let text = json!(about_medialive.collect::<Vec<_>>()).to_string().replace("arn:aws:", &arn);
    Ok(serde_json::from_str(&text).expect("a prefix was replaced in JSON"))
}

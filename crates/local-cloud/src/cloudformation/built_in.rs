//! Stand-ins for resources of AWS itself: a name and an ARN, so that others can refer to them.

use serde_json::{Map, Value, json};

use super::StackResource;
use crate::{Config, Error, eventbridge};

/// A type of AWS's own that LILO's templates use.
struct BuiltInType {
    resource_type: &'static str,
    /// The property with the resource's name. If it is missing, a name is generated.
    name: &'static str,
    /// What `Ref` returns, if not the name.
    reference: Option<&'static str>,
    /// What `Fn::GetAtt` returns, by attribute.
    attributes: &'static [(&'static str, &'static str)],
}

const fn built_in(
    resource_type: &'static str,
    name: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> BuiltInType {
    BuiltInType { resource_type, name, reference: None, attributes }
}

/// Every supported type besides `Custom::`. The attributes come from "Return values" in the
/// template reference.
const TYPES: [BuiltInType; 11] = [
    built_in(
        "AWS::CloudWatch::Alarm",
        "AlarmName",
        &[("Arn", "arn:aws:cloudwatch:{region}:{account}:alarm:{name}")],
    ),
    built_in(
        "AWS::Events::EventBus",
        "Name",
        &[("Arn", "arn:aws:events:{region}:{account}:event-bus/{name}"), ("Name", "{name}")],
    ),
    built_in(
        "AWS::Events::Rule",
        "Name",
        &[("Arn", "arn:aws:events:{region}:{account}:rule/{bus/}{name}")],
    ),
    BuiltInType {
        resource_type: "AWS::IAM::ManagedPolicy",
        name: "ManagedPolicyName",
        reference: Some("arn:aws:iam::{account}:policy/{name}"),
        attributes: &[],
    },
    built_in("AWS::IAM::Role", "RoleName", &[("Arn", "arn:aws:iam::{account}:role/{name}")]),
    built_in("AWS::Lambda::EventInvokeConfig", "", &[]),
    built_in(
        "AWS::Lambda::Function",
        "FunctionName",
        &[("Arn", "arn:aws:lambda:{region}:{account}:function:{name}")],
    ),
    built_in("AWS::Lambda::Permission", "", &[]),
    built_in(
        "AWS::Logs::LogGroup",
        "LogGroupName",
        &[("Arn", "arn:aws:logs:{region}:{account}:log-group:{name}:*")],
    ),
    BuiltInType {
        resource_type: "AWS::SQS::Queue",
        name: "QueueName",
        reference: Some("https://sqs.{region}.amazonaws.com/{account}/{name}"),
        attributes: &[("Arn", "arn:aws:sqs:{region}:{account}:{name}"), ("QueueName", "{name}")],
    },
    built_in("AWS::SQS::QueuePolicy", "", &[]),
];

/// Whether a Lambda function creates resources of this type.
pub(super) fn is_custom(resource_type: &str) -> bool {
    resource_type.starts_with("Custom::")
}

/// Refuses an unsupported type.
pub(super) fn check_type(logical_id: &str, resource_type: &str) -> Result<(), Error> {
    if is_custom(resource_type) { Ok(()) } else { check_known(logical_id, resource_type) }
}

/// Refuses a type that is not known.
pub(super) fn check_known(logical_id: &str, resource_type: &str) -> Result<(), Error> {
    let (name, resource_type) = (logical_id.to_owned(), resource_type.to_owned());
    known(&resource_type).map(drop).ok_or(Error::ResourceType { name, resource_type })
}

/// Sets the resource's physical id and returns its attributes.
pub(super) fn assign(
    config: &Config,
    stack_name: &str,
    resource: &mut StackResource,
) -> Map<String, Value> {
    let built_in =
        known(&resource.resource_type).expect("types are checked before anything is made");
    let declared = resource.properties.get(built_in.name).and_then(Value::as_str);
    let generated = || format!("{stack_name}-{}", resource.logical_id);
    let name = declared.map_or_else(generated, str::to_owned);
    // ARNs of rules on the default bus do not name the bus.
    let bus =
        resource.properties.get("EventBusName").and_then(Value::as_str).map(eventbridge::name_of);
    let bus = bus.filter(|bus| *bus != eventbridge::DEFAULT_BUS).map(|bus| format!("{bus}/"));
    let fill = |text: &str| {
        text.replace("{region}", &config.region)
            .replace("{account}", &config.account)
            .replace("{bus/}", bus.as_deref().unwrap_or_default())
            .replace("{name}", &name)
    };
    let attributes = built_in.attributes.iter();
    let attributes = attributes.map(|(name, text)| ((*name).to_owned(), json!(fill(text))));
    let attributes = attributes.collect();
    resource.physical_id = fill(built_in.reference.unwrap_or("{name}"));
    attributes
}

fn known(resource_type: &str) -> Option<&'static BuiltInType> {
    TYPES.iter().find(|built_in| built_in.resource_type == resource_type)
}

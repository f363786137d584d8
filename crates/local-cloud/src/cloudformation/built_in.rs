//! Stand-ins for resources of AWS itself: a name and an ARN, so that others can refer to them.

use serde_json::{Map, Value, json};

use super::StackResource;
use crate::{Config, Error, eventbridge};

/// A type of AWS's that LILO's templates use.
struct Kind {
    resource_type: &'static str,
    /// The property that names it; without one, or if it is not set, a name is made up.
    name: &'static str,
    /// What `Ref` returns, if it is not the name.
    reference: Option<&'static str>,
    /// What `Fn::GetAtt` returns, by attribute.
    attributes: &'static [(&'static str, &'static str)],
}

const fn kind(
    resource_type: &'static str,
    name: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> Kind {
    Kind { resource_type, name, reference: None, attributes }
}

/// Every type that is understood, besides `Custom::`. The attributes are those of the template
/// reference's "Return values".
const KINDS: [Kind; 11] = [
    kind(
        "AWS::CloudWatch::Alarm",
        "AlarmName",
        &[("Arn", "arn:aws:cloudwatch:{region}:{account}:alarm:{name}")],
    ),
    kind(
        "AWS::Events::EventBus",
        "Name",
        &[("Arn", "arn:aws:events:{region}:{account}:event-bus/{name}"), ("Name", "{name}")],
    ),
    kind(
        "AWS::Events::Rule",
        "Name",
        &[("Arn", "arn:aws:events:{region}:{account}:rule/{bus/}{name}")],
    ),
    Kind {
        resource_type: "AWS::IAM::ManagedPolicy",
        name: "ManagedPolicyName",
        reference: Some("arn:aws:iam::{account}:policy/{name}"),
        attributes: &[],
    },
    kind("AWS::IAM::Role", "RoleName", &[("Arn", "arn:aws:iam::{account}:role/{name}")]),
    kind("AWS::Lambda::EventInvokeConfig", "", &[]),
    kind(
        "AWS::Lambda::Function",
        "FunctionName",
        &[("Arn", "arn:aws:lambda:{region}:{account}:function:{name}")],
    ),
    kind("AWS::Lambda::Permission", "", &[]),
    kind(
        "AWS::Logs::LogGroup",
        "LogGroupName",
        &[("Arn", "arn:aws:logs:{region}:{account}:log-group:{name}:*")],
    ),
    Kind {
        resource_type: "AWS::SQS::Queue",
        name: "QueueName",
        reference: Some("https://sqs.{region}.amazonaws.com/{account}/{name}"),
        attributes: &[("Arn", "arn:aws:sqs:{region}:{account}:{name}"), ("QueueName", "{name}")],
    },
    kind("AWS::SQS::QueuePolicy", "", &[]),
];

/// Whether a function makes resources of this type.
pub(super) fn is_custom(resource_type: &str) -> bool {
    resource_type.starts_with("Custom::")
}

/// Refuses a type that is neither custom nor known.
pub(super) fn check_type(logical_id: &str, resource_type: &str) -> Result<(), Error> {
    if is_custom(resource_type) || known(resource_type).is_some() {
        return Ok(());
    }
    Err(Error::ResourceType {
        name: logical_id.to_owned(),
        resource_type: resource_type.to_owned(),
    })
}

/// Gives the resource its physical id, and returns its attributes.
pub(super) fn make(
    config: &Config,
    stack_name: &str,
    resource: &mut StackResource,
) -> Map<String, Value> {
    let kind = known(&resource.resource_type).expect("types are checked before anything is made");
    let declared = resource.properties.get(kind.name).and_then(Value::as_str);
    let made_up = || format!("{stack_name}-{}", resource.logical_id);
    let name = declared.map_or_else(made_up, str::to_owned);
    // Rules of the default bus are not named after it.
    let bus =
        resource.properties.get("EventBusName").and_then(Value::as_str).map(eventbridge::name_of);
    let bus = bus.filter(|bus| *bus != eventbridge::DEFAULT).map(|bus| format!("{bus}/"));
    let fill = |text: &str| {
        text.replace("{region}", &config.region)
            .replace("{account}", &config.account)
            .replace("{bus/}", bus.as_deref().unwrap_or_default())
            .replace("{name}", &name)
    };
    let attributes = kind.attributes.iter();
    let attributes = attributes.map(|(name, text)| ((*name).to_owned(), json!(fill(text))));
    let attributes = attributes.collect();
    resource.physical_id = fill(kind.reference.unwrap_or("{name}"));
    attributes
}

fn known(resource_type: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.resource_type == resource_type)
}

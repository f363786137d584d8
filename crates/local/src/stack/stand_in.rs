//! Stand-ins for resources of AWS itself: a name and an ARN, so that others can refer to them.

use serde_json::{Map, Value, json};

use super::{Settings, StackResource};
use crate::Error;

/// A type of AWS's that LILO's templates use.
struct Kind {
    resource_type: &'static str,
    /// The property that names it; without one, or if it is not set, a name is made up.
    name: &'static str,
    /// What `Ref` returns, if it is not the name.
    reference: Option<&'static str>,
    /// What `Fn::GetAtt` returns for `Arn`, if there is one.
    arn: Option<&'static str>,
}

const fn kind(resource_type: &'static str, name: &'static str, arn: Option<&'static str>) -> Kind {
    Kind { resource_type, name, reference: None, arn }
}

/// Every type that is understood, besides `Custom::`. The attributes are those of the template
/// reference's "Return values".
const KINDS: [Kind; 8] = [
    kind("AWS::Events::Rule", "Name", Some("arn:aws:events:{region}:{account}:rule/{name}")),
    kind("AWS::IAM::Role", "RoleName", Some("arn:aws:iam::{account}:role/{name}")),
    kind("AWS::Lambda::EventInvokeConfig", "", None),
    kind(
        "AWS::Lambda::Function",
        "FunctionName",
        Some("arn:aws:lambda:{region}:{account}:function:{name}"),
    ),
    kind("AWS::Lambda::Permission", "", None),
    kind(
        "AWS::Logs::LogGroup",
        "LogGroupName",
        Some("arn:aws:logs:{region}:{account}:log-group:{name}:*"),
    ),
    Kind {
        resource_type: "AWS::SQS::Queue",
        name: "QueueName",
        reference: Some("https://sqs.{region}.amazonaws.com/{account}/{name}"),
        arn: Some("arn:aws:sqs:{region}:{account}:{name}"),
    },
    kind("AWS::SQS::QueuePolicy", "", None),
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
    settings: &Settings,
    stack_name: &str,
    resource: &mut StackResource,
) -> Map<String, Value> {
    let kind = known(&resource.resource_type).expect("types are checked before anything is made");
    let declared = resource.properties.get(kind.name).and_then(Value::as_str);
    let made_up = || format!("{stack_name}-{}", resource.logical_id);
    let name = declared.map_or_else(made_up, str::to_owned);
    let fill = |text: &str| {
        text.replace("{region}", &settings.region)
            .replace("{account}", &settings.account)
            .replace("{name}", &name)
    };
    resource.physical_id = fill(kind.reference.unwrap_or("{name}"));
    kind.arn.map(|arn| ("Arn".to_owned(), json!(fill(arn)))).into_iter().collect()
}

fn known(resource_type: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.resource_type == resource_type)
}

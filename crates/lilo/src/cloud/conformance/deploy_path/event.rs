//! CloudFormation's first request to a custom resource, as it came.

use lilo_conformance::{Outcome, without_ids};
use serde_json::Value;

use super::probe::EVENT;
use crate::aws::stack::Stack;

const NAME: (&str, &str) =
    ("create-event", "A request of CloudFormation's (events/input/create.json)");
const ASKS: &str = "the members of a Create request, and how a number and a truth value arrive";
/// Scalars arrive as text (cloudformation-coverage-roadmap#1037).
const EXPECTED: &str = "LogicalResourceId, RequestId, RequestType, ResourceProperties, ResourceType, \
                        ResponseURL, ServiceTimeout, ServiceToken, StackId; Number is \"1\", Switch \
                        is \"true\"";

/// What the request has, and the request itself, without its ResponseURL and without ids.
pub(super) fn read(stack: &Stack) -> (Outcome, Option<Value>) {
    let event = serde_json::from_str::<Value>(stack.output(EVENT)).ok();
    let answer = event.as_ref().map(answer).ok_or_else(|| {
        format!("the stack's output {EVENT} is not the request: {:?}", stack.output(EVENT))
    });
    let event = event.and_then(|it| serde_json::from_str(&without_ids(&it.to_string())).ok());
    (Outcome::new(NAME, (ASKS, EXPECTED), answer), event)
}

fn answer(event: &Value) -> String {
    let mut members: Vec<_> =
        event.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    // The function takes it off before it shows the request.
    members.push("ResponseURL");
    members.sort_unstable();
    let properties = &event["ResourceProperties"];
    let (number, switch) = (&properties["Number"], &properties["Switch"]);
    format!("{}; Number is {number}, Switch is {switch}", members.join(", "))
}

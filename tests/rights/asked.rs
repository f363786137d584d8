//! What the functions asked of AWS, as IAM sees it: the calls themselves, and what AWS demands
//! besides.
//!
//! Sources: Service Authorization Reference (MediaLive, IAM, EventBridge, CloudWatch Logs, SQS);
//! MediaLive user guide, "Trusted entity requirements" (CreateTags and PassRole besides creating
//! and updating).

use std::collections::{BTreeMap, BTreeSet};

use lilo_medialive_emulator::Call as Made;
use lilo_tests::{Call as Sent, Cloud, PUT_EVENTS};

use crate::bootstrap::{ACCOUNT, Bootstrap, REGION};
use crate::judge::Call;

pub(crate) const FUNCTIONS: [&str; 3] = ["lilo-input", "lilo-channel", "lilo-starter"];

/// Every call that has to be allowed, by function.
pub(crate) type Asked = BTreeMap<&'static str, BTreeSet<Call>>;

/// What happened in these clouds, and what Lambda asks with a function's role.
pub(crate) fn in_clouds(clouds: &[Cloud], bootstrap: &Bootstrap) -> Asked {
    let of = |function| {
        let mut calls = of_lambda(function, bootstrap);
        for cloud in clouds {
            let made = cloud.calls();
            let inputs = made.iter().filter(|call| call.operation == "CreateInput");
            let inputs: BTreeSet<_> = inputs.filter_map(|call| call.resource.clone()).collect();
            let own = made.iter().filter(|call| call.role.as_deref() == Some(function));
            calls.extend(own.flat_map(|call| of_medialive(call, &inputs)));
            let events = cloud.calls_to(PUT_EVENTS).into_iter();
            let own = events.filter(|event| event.role == function);
            calls.extend(own.flat_map(|event| of_eventbridge(&event)));
        }
        calls
    };
    FUNCTIONS.map(|function| (function, of(function))).into()
}

pub(crate) fn medialive(kind: &str, id: &str) -> String {
    format!("arn:aws:medialive:{REGION}:{ACCOUNT}:{kind}:{id}")
}

fn of_medialive(made: &Made, inputs: &BTreeSet<String>) -> Vec<Call> {
    let operation = made.operation.as_str();
    let id = made.resource.as_deref().unwrap_or("1");
    let is_input = operation.ends_with("Input") || inputs.contains(id);
    let about = medialive(if is_input { "input" } else { "channel" }, id);
    let call = |action: &str, resource: &str| with_tags(Call::new(action, resource), made);
    let action = format!("medialive:{operation}");
    let mut calls = match operation {
        "ListInputs" | "ListChannels" => vec![Call::new(&action, "*")],
        "CreateInput" => {
            vec![call(&action, &about), call(&action, &medialive("inputSecurityGroup", "1"))]
        }
        "CreateChannel" => {
            let attached = made.attached_inputs.iter().map(|id| medialive("input", id));
            std::iter::once(about.clone()).chain(attached).map(|it| call(&action, &it)).collect()
        }
        _ => vec![call(&action, &about)],
    };
    if operation.starts_with("Create") && operation != "CreateTags" && !made.request_tags.is_empty()
    {
        calls.push(call("medialive:CreateTags", &about));
        // IAM user guide, "aws:ResourceTag": the key is there "in requests that create a resource
        // with an attached tag".
        let filled = calls.iter().cloned().map(|mut call| {
            for (key, value) in &made.request_tags {
                call = call.with(&format!("aws:ResourceTag/{key}"), value);
            }
            call
        });
        let filled: Vec<_> = filled.collect();
        calls.extend(filled);
    }
    let passed = made.passed_role.iter().map(|role| {
        Call::new("iam:PassRole", role).with("iam:PassedToService", "medialive.amazonaws.com")
    });
    calls.extend(passed);
    calls
}

fn with_tags(mut call: Call, made: &Made) -> Call {
    for (key, value) in &made.resource_tags {
        call = call.with(&format!("aws:ResourceTag/{key}"), value);
    }
    for (key, value) in &made.request_tags {
        call = call.with(&format!("aws:RequestTag/{key}"), value);
    }
    let keys: Vec<_> = made.request_tags.keys().chain(&made.removed_tags).cloned().collect();
    if !keys.is_empty() {
        call.context.insert("aws:TagKeys".into(), keys);
    }
    call
}

fn of_eventbridge(event: &Sent) -> Vec<Call> {
    let event = event.json();
    let entries = event["Entries"].as_array().unwrap().iter();
    let text = |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let call = |entry| {
        let bus = text(entry, "EventBusName");
        let bus = format!("arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{bus}");
        Call::new("events:PutEvents", bus)
            .with("events:source", text(entry, "Source"))
            .with("events:detail-type", text(entry, "DetailType"))
    };
    entries.map(call).collect()
}

/// Lambda writes the function's log and hands over what it failed at with the function's own role.
fn of_lambda(function: &str, bootstrap: &Bootstrap) -> BTreeSet<Call> {
    let group = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{function}");
    let stream = format!("{group}:log-stream:2026/11/22/[$LATEST]0123456789abcdef");
    [
        Call::new("logs:CreateLogStream", &stream),
        Call::new("logs:PutLogEvents", stream),
        Call::new("sqs:SendMessage", bootstrap.arn("DeadLetters")),
    ]
    .into()
}

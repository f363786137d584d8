//! What must be denied: each call of a function's, about something that is not LILO's, or not as
//! LILO makes it.

use std::collections::BTreeSet;

use crate::bootstrap::{ACCOUNT, REGION};
use crate::judge::Call;

const OURS: &str = "aws:ResourceTag/lilo:stack-id";
const MARK: &str = "aws:RequestTag/lilo:stack-id";
const KEYS: &str = "aws:TagKeys";

/// The forbidden neighbours of these calls.
pub(crate) fn neighbours(asked: &BTreeSet<Call>) -> BTreeSet<Call> {
    asked.iter().flat_map(of).collect()
}

fn of(call: &Call) -> Vec<Call> {
    let (service, action) = call.action.split_once(':').unwrap();
    let at =
        |resource: &str| Call { resource: resource.replace("ACCOUNT", ACCOUNT), ..call.clone() };
    match service {
        "medialive" => of_medialive(call, action),
        "iam" => vec![
            at("arn:aws:iam::ACCOUNT:role/admin"),
            call.clone().with("iam:PassedToService", "ec2.amazonaws.com"),
        ],
        "events" => vec![
            at("arn:aws:events:eu-west-1:ACCOUNT:event-bus/default"),
            call.clone().with("events:source", "theirs"),
            call.clone().with("events:detail-type", "Resume theirs"),
            with_another(call, "events:source", "theirs"),
            with_another(call, "events:detail-type", "Resume theirs"),
            without(call, "events:source"),
            without(call, "events:detail-type"),
        ],
        "logs" => {
            vec![at("arn:aws:logs:eu-west-1:ACCOUNT:log-group:/aws/lambda/theirs:log-stream:1")]
        }
        "sqs" => vec![at("arn:aws:sqs:eu-west-1:ACCOUNT:theirs")],
        other => panic!("no neighbours of a call to {other} are known"),
    }
}

fn of_medialive(call: &Call, action: &str) -> Vec<Call> {
    if call.resource == "*" {
        return Vec::new();
    }
    let elsewhere = call.resource.replace(REGION, "us-east-1");
    let mut forbidden = vec![Call { resource: elsewhere, ..call.clone() }];
    // Reading is allowed without tags: a resource that is missing has none, and is to be "not
    // found".
    let creates = call.context.contains_key(MARK);
    if !action.starts_with("Describe") && call.context.contains_key(OURS) && !creates {
        forbidden.push(without(call, OURS));
        let theirs = "arn:aws:cloudformation:eu-west-1:999999999999:stack/theirs/1";
        forbidden.push(call.clone().with(OURS, theirs));
    }
    if creates {
        forbidden.push(without(call, MARK));
        if action == "CreateTags" {
            // Another loop's tag on this loop's resource.
            let theirs = "arn:aws:cloudformation:eu-west-1:ACCOUNT:stack/theirs/1";
            forbidden.push(call.clone().with(OURS, theirs.replace("ACCOUNT", ACCOUNT)));
        }
    }
    let is_of_an_attachment = action == "CreateChannel" && !call.resource.contains(":channel:")
        || action == "CreateInput" && !call.resource.contains(":input:");
    if call.context.contains_key(KEYS) && !is_of_an_attachment {
        forbidden.push(with_another(call, KEYS, "theirs"));
        if !creates {
            forbidden.push(without(call, KEYS));
        }
    }
    forbidden
}

fn without(call: &Call, key: &str) -> Call {
    let mut call = call.clone();
    call.context.remove(key);
    call
}

fn with_another(call: &Call, key: &str, value: &str) -> Call {
    let mut call = call.clone();
    call.context.get_mut(key).unwrap().push(value.to_owned());
    call
}

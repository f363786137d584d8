//! `TagConditions`: the rights in an account where MediaLive does not pass the tags to IAM.

use serde_json::Value;

use crate::asked::FUNCTIONS;
use crate::bootstrap::Bootstrap;
use crate::judge::{Call, judged_otherwise};
use crate::{forbidden, observed};

/// A call without the tags of its resource and of itself.
fn untold(mut call: Call) -> Call {
    call.context.retain(|key, _| !is_of_tags(key));
    call
}

fn is_of_tags(key: &str) -> bool {
    ["aws:RequestTag/", "aws:ResourceTag/", "aws:TagKeys"].iter().any(|it| key.starts_with(it))
}

/// A policy without its statements' conditions on tags.
fn without_tags(mut policy: Value) -> Value {
    for statement in policy["Statement"].as_array_mut().unwrap() {
        let Some(conditions) = statement.get_mut("Condition") else { continue };
        let conditions = conditions.as_object_mut().unwrap();
        for keys in conditions.values_mut() {
            keys.as_object_mut().unwrap().retain(|key, _| !is_of_tags(key));
        }
        conditions.retain(|_, keys| !keys.as_object().unwrap().is_empty());
        if conditions.is_empty() {
            statement.as_object_mut().unwrap().remove("Condition");
        }
    }
    policy
}

fn off() -> Bootstrap {
    Bootstrap::with(&[("TagConditions", "off")])
}

#[tokio::test(start_paused = true)]
async fn without_tag_conditions_no_call_needs_medialives_tags() {
    let (enforced, asked) = observed().await;
    let off = off();

    for (function, calls) in asked {
        let role = off.role_of(function);
        let calls: Vec<_> = calls.into_iter().map(untold).collect();
        let trial = off.by_role(role, calls.clone());
        assert_eq!(judged_otherwise(&trial, true), [], "{function} is denied what it calls");

        // The same calls, and every one that writes is denied: what a person sees of such an account.
        let denied = judged_otherwise(&enforced.by_role(role, calls.clone()), true);
        for call in calls.iter().filter(|call| call.action.starts_with("medialive:")) {
            let reads = ["medialive:Describe", "medialive:List"];
            let reads = reads.iter().any(|it| call.action.starts_with(it));
            assert_eq!(denied.contains(call), !reads, "{call:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_tag_conditions_the_rest_stays_out_of_reach() {
    let (_, asked) = observed().await;
    let off = off();
    for (function, calls) in asked {
        let allowed: Vec<_> = calls.iter().cloned().map(untold).collect();
        let forbidden = forbidden::neighbours(&calls).into_iter().map(untold);
        // A neighbour that differs by its tags alone is a call of the function's own now.
        let forbidden: Vec<_> = forbidden.filter(|call| !allowed.contains(call)).collect();
        assert!(forbidden.len() > 5, "{function}: {forbidden:?}");

        let trial = off.by_role(off.role_of(function), forbidden);

        assert_eq!(judged_otherwise(&trial, false), [], "{function} is allowed too much");
    }
}

#[test]
fn tag_conditions_off_drops_only_the_conditions_on_tags() {
    let (enforced, off) = (Bootstrap::evaluate(), off());
    for function in FUNCTIONS {
        let role = enforced.role_of(function);
        let expected: Vec<_> = enforced.policies_of(role).into_iter().map(without_tags).collect();
        assert_ne!(enforced.policies_of(role), expected, "{function}");
        assert_eq!(off.policies_of(role), expected, "{function}");
    }
    let loop_makers =
        |of: &Bootstrap| of.resource("LoopMakers").properties["PolicyDocument"].clone();
    assert_eq!(loop_makers(&off), without_tags(loop_makers(&enforced)));
    let access = "MediaLiveAccessRole";
    assert_eq!(off.policies_of(access), enforced.policies_of(access));
}

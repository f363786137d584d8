//! The reply: its fields, and the size that CloudFormation takes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Error;
use crate::request::ReplyTo;

/// Bytes of the whole body that CloudFormation takes, at most (user guide, "Custom resource response objects").
pub const REPLY_LIMIT: usize = 4096;

/// What `Fn::GetAtt` finds on the resource.
pub type Data = BTreeMap<&'static str, String>;

/// How the request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Success(Data),
    /// With the reason that the stack's events show.
    Failed(String),
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    physical_resource_id: &'a str,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Data>,
}

/// The body of the reply; a reason that does not fit is cut at its end.
pub(crate) fn body(to: &ReplyTo, physical_id: &str, ending: &Ending) -> Result<String, Error> {
    let base = Body {
        status: "SUCCESS",
        reason: None,
        physical_resource_id: physical_id,
        stack_id: &to.stack_id,
        request_id: &to.request_id,
        logical_resource_id: &to.logical_id,
        data: None,
    };
    let body = match ending {
        Ending::Success(data) => json(&Body { data: (!data.is_empty()).then_some(data), ..base }),
        Ending::Failed(reason) => fitting(Body { status: "FAILED", ..base }, reason),
    };
    if body.len() > REPLY_LIMIT { Err(Error::ReplyTooLong(body.len())) } else { Ok(body) }
}

fn json(body: &Body<'_>) -> String {
    serde_json::to_string(body).expect("strings under fixed keys are always JSON")
}

/// The body with as much of the reason as fits, found by halving: an escape makes a character up to six bytes longer.
fn fitting(body: Body<'_>, reason: &str) -> String {
    let with = |reason: &str| json(&Body { reason: Some(reason), ..body });
    let whole = with(reason);
    if whole.len() <= REPLY_LIMIT {
        return whole;
    }
    let cut_at = |end: usize| with(&format!("{}…", &reason[..end]));
    let ends: Vec<usize> = reason.char_indices().map(|(start, _)| start).collect();
    let fitting = ends.partition_point(|&end| cut_at(end).len() <= REPLY_LIMIT);
    cut_at(ends[fitting.saturating_sub(1)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn to() -> ReplyTo {
        ReplyTo {
            url: "https://bucket.example/".to_owned().into(),
            stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
            request_id: "r1".into(),
            logical_id: "Channel".into(),
            physical_id: None,
        }
    }

    #[test]
    fn a_short_reason_is_kept_whole() {
        let body = body(&to(), "1234567", &Ending::Failed("no such role".into())).expect("fits");

        let reply: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(reply["Status"], "FAILED");
        assert_eq!(reply["Reason"], "no such role");
        assert_eq!(reply["PhysicalResourceId"], "1234567");
        assert!(reply.get("Data").is_none());
    }

    #[test]
    fn ids_that_leave_no_room_are_an_error_not_a_longer_reply() {
        let to = ReplyTo { stack_id: "x".repeat(REPLY_LIMIT), ..to() };

        let error = body(&to, "1", &Ending::Failed("why".into())).expect_err("too long");
        assert!(matches!(error, Error::ReplyTooLong(_)), "{error}");
    }

    proptest! {
        #[test]
        fn any_reason_in_any_script_gives_a_reply_that_fits_and_says_something(
            reason in "\\PC{0,40}|[\u{0}-\u{1f}\"\\\\]{0,6000}|[\u{1F300}-\u{1F5FF}é]{0,3000}"
        ) {
            let body = body(&to(), "1", &Ending::Failed(reason.clone())).expect("fits");

            prop_assert!(body.len() <= REPLY_LIMIT);
            let reply: Value = serde_json::from_str(&body).expect("JSON");
            let kept = reply["Reason"].as_str().expect("a reason").trim_end_matches('…');
            prop_assert!(reason.starts_with(kept));
            prop_assert!(reason.is_empty() || !kept.is_empty());
        }
    }
}

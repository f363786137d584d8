//! Checks an answer against the contract.
//!
//! Source: CloudFormation user guide, "Custom resource response objects". S3 refuses like a
//! presigned PUT whose signature covers an empty Content-Type.

use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::PendingReply;

const MAX_BODY_BYTES: usize = 4096;
const MAX_PHYSICAL_ID_BYTES: usize = 1024;

/// A valid answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Answer {
    /// Whether the request succeeded.
    pub status: Status,
    /// The resource's physical id from now on.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: String,
    /// Empty only if the status is SUCCESS.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What `Fn::GetAtt` returns.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub data: Map<String, Value>,
}

/// Whether the request succeeded.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It succeeded.
    Success,
    /// It failed; the reason says why.
    Failed,
}

/// An HTTP request to the ResponseURL.
pub(super) struct HttpRequest<'a> {
    pub(super) method: &'a Method,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// What is wrong with an answer, and the HTTP status of the reply.
#[derive(Debug, PartialEq)]
pub(super) struct Rejection {
    pub(super) status: StatusCode,
    pub(super) what: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    status: Status,
    request_id: String,
    stack_id: String,
    logical_resource_id: String,
    physical_resource_id: String,
    reason: Option<String>,
    data: Option<Map<String, Value>>,
}

/// Parses an answer to `pending`, sent to a URL with `query`.
pub(super) fn answer(
    request: &HttpRequest<'_>,
    query: &str,
    pending: &PendingReply,
) -> Result<Answer, Rejection> {
    check_signature(request, query)?;
    // S3 accepts the object from here on; CloudFormation reads it.
    body(request.body, pending).map_err(|what| Rejection { status: StatusCode::OK, what })
}

/// S3's checks before it reads the body.
fn check_signature(request: &HttpRequest<'_>, query: &str) -> Result<(), Rejection> {
    let forbidden = |what: String| Err(Rejection { status: StatusCode::FORBIDDEN, what });
    if request.method != Method::PUT {
        return forbidden(format!("the method was {}; it must be PUT", request.method));
    }
    if request.query != query {
        return forbidden("the URL's signed query was changed".to_owned());
    }
    if let Some(content_type) = request.headers.get(header::CONTENT_TYPE).filter(|v| !v.is_empty())
    {
        return forbidden(format!("the Content-Type was {content_type:?}; it must be empty"));
    }
    if request.headers.get(header::CONTENT_LENGTH).is_none() {
        let what = "there was no Content-Length; S3 refuses chunked bodies here".to_owned();
        return Err(Rejection { status: StatusCode::LENGTH_REQUIRED, what });
    }
    Ok(())
}

/// CloudFormation's checks.
fn body(bytes: &[u8], pending: &PendingReply) -> Result<Answer, String> {
    if bytes.len() > MAX_BODY_BYTES {
        let length = bytes.len();
        return Err(format!("the body had {length} bytes; the limit is {MAX_BODY_BYTES}"));
    }
    let body: Body =
        serde_json::from_slice(bytes).map_err(|error| format!("the body was invalid: {error}"))?;
    let ids = [
        ("RequestId", &body.request_id, &pending.request),
        ("StackId", &body.stack_id, &pending.stack),
        ("LogicalResourceId", &body.logical_resource_id, &pending.resource),
    ];
    if let Some((name, ..)) = ids.into_iter().find(|(_, answered, asked)| answered != asked) {
        return Err(format!("the {name} was not the request's"));
    }
    if !(1..=MAX_PHYSICAL_ID_BYTES).contains(&body.physical_resource_id.len()) {
        return Err("the PhysicalResourceId was empty or over 1 KB".to_owned());
    }
    let reason = body.reason.unwrap_or_default();
    if body.status == Status::Failed && reason.is_empty() {
        return Err("the Status was FAILED, but there was no Reason".to_owned());
    }
    let data = body.data.unwrap_or_default();
    let is_scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    if let Some((name, _)) = data.iter().find(|(_, value)| !is_scalar(value)) {
        return Err(format!("the Data's {name} was not a string, number or boolean"));
    }
    let physical_id = body.physical_resource_id;
    Ok(Answer { status: body.status, physical_id, reason, data })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn pending() -> PendingReply {
        PendingReply { request: "r".into(), stack: "s".into(), resource: "l".into() }
    }

    fn good() -> Value {
        json!({
            "Status": "SUCCESS", "RequestId": "r", "StackId": "s", "LogicalResourceId": "l",
            "PhysicalResourceId": "p", "Data": { "Arn": "a", "Count": 1, "On": true }
        })
    }

    fn checked(change: impl FnOnce(&mut Value)) -> Result<Answer, Rejection> {
        let mut body = good();
        change(&mut body);
        let headers = HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from(1))]);
        let body = body.to_string();
        let (method, body) = (&Method::PUT, body.as_bytes());
        answer(&HttpRequest { method, query: "q", headers: &headers, body }, "q", &pending())
    }

    #[test]
    fn a_good_answer_counts() {
        let answer = checked(|_| {}).unwrap();
        assert_eq!((answer.status, answer.physical_id.as_str()), (Status::Success, "p"));
        assert_eq!(answer.data["Count"], 1);

        let failed = checked(|body| {
            body["Status"] = json!("FAILED");
            body["Reason"] = json!("why");
            body["Data"] = Value::Null;
        });
        assert_eq!(failed.unwrap().reason, "why");
    }

    #[test]
    fn a_body_of_4096_bytes_counts_and_one_more_does_not() {
        let pad = |total: usize| {
            let padding = total - good().to_string().len() - r#","Reason":"""#.len();
            checked(move |body| body["Reason"] = json!("x".repeat(padding)))
        };
        assert!(pad(4096).is_ok());
        assert!(pad(4097).unwrap_err().what.contains("4097 bytes"));
    }

    #[test]
    fn invalid_response_is_accepted_by_s3_but_is_a_violation() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 10] = [
            (|body| body["Status"] = json!("OK"), "unknown variant"),
            (|body| body["RequestId"] = json!("x"), "the RequestId was not"),
            (|body| body["StackId"] = json!("x"), "the StackId was not"),
            (|body| body["LogicalResourceId"] = json!("x"), "the LogicalResourceId was not"),
            (|body| body["PhysicalResourceId"] = json!(""), "empty or over 1 KB"),
            (|body| body["PhysicalResourceId"] = json!("x".repeat(1025)), "empty or over 1 KB"),
            (|body| body["PhysicalResourceId"] = Value::Null, "the body was invalid"),
            (|body| body["Status"] = json!("FAILED"), "no Reason"),
            (|body| body["Data"]["Arn"] = json!({}), "Data's Arn"),
            (|body| *body = json!("text"), "the body was invalid"),
        ];
        for (change, expected) in cases {
            let rejection = checked(change).unwrap_err();
            assert!(rejection.what.contains(expected), "{rejection:?}");
            assert_eq!(rejection.status, StatusCode::OK);
        }
    }

    #[test]
    fn what_s3_refuses_is_refused() {
        let refused = |method: &Method, query: &str, headers: &[(header::HeaderName, &str)]| {
            let headers = headers.iter().map(|(n, v)| (n.clone(), v.parse().unwrap())).collect();
            let body = good().to_string();
            let request = HttpRequest { method, query, headers: &headers, body: body.as_bytes() };
            answer(&request, "q", &pending()).map(drop)
        };
        let length = (header::CONTENT_LENGTH, "1");
        let json = (header::CONTENT_TYPE, "application/json");
        let empty = (header::CONTENT_TYPE, "");
        let cases = [
            (Method::PUT, "q", vec![length.clone(), empty], None),
            (Method::POST, "q", vec![length.clone()], Some(StatusCode::FORBIDDEN)),
            (Method::PUT, "other", vec![length.clone()], Some(StatusCode::FORBIDDEN)),
            (Method::PUT, "q", vec![length, json], Some(StatusCode::FORBIDDEN)),
            (Method::PUT, "q", vec![], Some(StatusCode::LENGTH_REQUIRED)),
        ];
        for (method, query, headers, expected) in cases {
            let refused = refused(&method, query, &headers).err().map(|rejection| rejection.status);
            assert_eq!(refused, expected, "{method} {query} {headers:?}");
        }
    }
}

//! HTTP answers.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// One with nothing but a status.
pub(super) fn empty(status: u16) -> HttpResponse {
    HttpResponse::new(status.try_into().expect("a status"), SdkBody::empty())
}

pub(super) fn json(body: &Value) -> HttpResponse {
    HttpResponse::new(200.try_into().expect("a status"), SdkBody::from(body.to_string()))
}

/// An error of AWS's.
pub(super) fn refusal(status: u16, code: &'static str, message: &str) -> HttpResponse {
    let body = SdkBody::from(json!({ "message": message }).to_string());
    let mut response = HttpResponse::new(status.try_into().expect("a status"), body);
    response.headers_mut().insert("x-amzn-errortype", code);
    response
}

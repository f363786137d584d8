//! The defaults that Describe shows for settings missing in the request.
//!
//! MediaLive adds empty lists and a maintenance window, and no defaults of a codec or of a video
//! (observed: the request of aws-samples/serverless-patterns beside the channel that
//! grucloud/grucloud generated from Describe).

use serde_json::{Map, Value, json};

/// Per parent path: a member and its default, parents first.
fn table() -> [(&'static str, &'static str, Value); 9] {
    [
        // Inferred: the generator of the dump leaves this value out as the default.
        ("", "logLevel", json!("DISABLED")),
        ("", "maintenance", json!({})),
        // MediaLive assigns the window. These are the values of one observed channel
        // (Couchtour-tv/couchtourtv-api).
        ("maintenance", "maintenanceDay", json!("TUESDAY")),
        ("maintenance", "maintenanceStartTime", json!("11:00")),
        ("destinations[]", "mediaPackageSettings", json!([])),
        ("destinations[]", "settings", json!([])),
        ("encoderSettings", "captionDescriptions", json!([])),
        ("inputAttachments[].inputSettings", "audioSelectors", json!([])),
        ("inputAttachments[].inputSettings", "captionSelectors", json!([])),
    ]
}

/// Adds the defaults to a channel's document.
pub(crate) fn expand(mut document: Map<String, Value>) -> Map<String, Value> {
    for (path, name, value) in table() {
        fill(&mut document, path, name, &value);
    }
    document
}

fn fill(object: &mut Map<String, Value>, path: &str, name: &str, value: &Value) {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    if step.is_empty() {
        object.entry(name).or_insert_with(|| value.clone());
        return;
    }
    match object.get_mut(step.trim_end_matches("[]")) {
        Some(Value::Object(member)) => fill(member, rest, name, value),
        Some(Value::Array(items)) => {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                fill(item, rest, name, value);
            }
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}

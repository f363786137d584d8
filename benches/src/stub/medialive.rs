//! MediaLive with one channel, IDLE and to be started, and nothing else.

use std::sync::LazyLock;

use http::{Method, StatusCode};
use serde_json::Value;

/// The channel of `events/channel/create.json`, as DescribeChannel of the emulator shows it:
/// `the_bench_describes_the_emulators_channel` keeps it.
static CHANNEL: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../channel.json")).expect("the emulator's answer is JSON")
});
static IDLE: LazyLock<String> = LazyLock::new(|| CHANNEL.to_string());
static STARTING: LazyLock<String> = LazyLock::new(|| {
    let mut channel = CHANNEL.clone();
    channel["state"] = "STARTING".into();
    channel.to_string()
});
const NOT_FOUND: &str = r#"{"message":"Resource not found"}"#;

/// The operation, and its answer. An event's channel is there, and nothing that a Delete asks for.
pub(crate) fn answer(method: &Method, path: &str) -> (&'static str, StatusCode, &'static str) {
    let path: Vec<_> = path.trim_matches('/').split('/').collect();
    match (method.as_str(), &path[..]) {
        ("GET", ["prod", "channels"]) => ("ListChannels", StatusCode::OK, r#"{"channels":[]}"#),
        ("GET", ["prod", "inputs"]) => ("ListInputs", StatusCode::OK, r#"{"inputs":[]}"#),
        ("GET", ["prod", "channels", "1000002"]) => ("DescribeChannel", StatusCode::OK, &IDLE),
        ("GET", ["prod", "channels", _]) => ("DescribeChannel", StatusCode::NOT_FOUND, NOT_FOUND),
        ("GET", ["prod", "inputs", _]) => ("DescribeInput", StatusCode::NOT_FOUND, NOT_FOUND),
        ("POST", ["prod", "channels", _, "start"]) => ("StartChannel", StatusCode::OK, &STARTING),
        ("POST", ["prod", "tags", _]) => ("CreateTags", StatusCode::NO_CONTENT, ""),
        _ => ("unknown", StatusCode::NOT_IMPLEMENTED, "{}"),
    }
}

//! MediaLive with one channel, IDLE and to be started, and nothing else.

use std::sync::LazyLock;

use http::{Method, StatusCode, Uri};
use serde_json::{Value, json};

use crate::subject::Kind;

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
/// The sweep's pages: LILO's channels, running, without their encoder settings as in every list.
static PAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut channel = CHANNEL.clone();
    channel["state"] = "RUNNING".into();
    channel["tags"]["lilo:auto-start"] = "done".into();
    channel["tags"]["lilo:running-since"] = "2026-11-22T10:00:00Z".into();
    channel.as_object_mut().expect("a channel is an object").remove("encoderSettings");
    let page = |number: usize| {
        let mut page = json!({"channels": vec![&channel; PAGE]});
        if number + 1 < CHANNELS / PAGE {
            page["nextToken"] = (number + 1).to_string().into();
        }
        page.to_string()
    };
    (0..CHANNELS / PAGE).map(page).collect()
});
const CHANNELS: usize = 10_000;
/// As many as LILO asks for.
const PAGE: usize = 100;
const NOT_FOUND: &str = r#"{"message":"Resource not found"}"#;

/// The operation, and its answer. An event's channel is there, and nothing that a Delete asks for.
pub(crate) fn answer(
    kind: Kind,
    method: &Method,
    uri: &Uri,
) -> (&'static str, StatusCode, &'static str) {
    let path: Vec<_> = uri.path().trim_matches('/').split('/').collect();
    match (method.as_str(), &path[..]) {
        ("GET", ["prod", "channels"]) if kind == Kind::Sweep => {
            ("ListChannels", StatusCode::OK, page(uri))
        }
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

/// The page that the request's token names, or the first.
fn page(uri: &Uri) -> &'static str {
    let mut parameters = uri.query().unwrap_or_default().split('&');
    let token = parameters.find_map(|parameter| parameter.strip_prefix("nextToken="));
    let number = token.and_then(|token| token.parse::<usize>().ok()).unwrap_or(0);
    PAGES.get(number).map_or(r#"{"channels":[]}"#, String::as_str)
}

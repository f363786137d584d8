//! Where the functions' processes find what they need.

use std::collections::BTreeMap;
use std::fs;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::running::Lilo;

#[test]
fn the_functions_find_medialive_and_eventbridge_on_this_machine() {
    let mut lilo = Lilo::up("functions", &["--output", "json", "--param", "AutoStart=false"]);
    let made: Value = serde_json::from_str(&lilo.wait_for(&["made"])).unwrap();
    let functions = lilo.children();
    assert!(functions.len() >= 2, "input and channel: {functions:?}");

    for function in functions {
        let environment = environment(function);
        assert_eq!(environment["LILO_LOOPBACK_REPLIES"], "1");
        assert_eq!(environment["AWS_ENDPOINT_URL_MEDIALIVE"], made["data"]["medialive"]);
        let news = json!({ "Source": "test", "DetailType": "News", "Detail": "{}" });
        let mut put = ureq::post(&environment["AWS_ENDPOINT_URL_EVENTBRIDGE"])
            .header("X-Amz-Target", "AWSEvents.PutEvents")
            .send_json(json!({ "Entries": [news] }))
            .unwrap();
        let put: Value = put.body_mut().read_json().unwrap();
        assert_eq!(put["FailedEntryCount"], 0, "{put}");
    }
    lilo.signal(Signal::SIGINT);
    lilo.ended().assert_nothing_is_left((1, 1));
}

fn environment(process: i32) -> BTreeMap<String, String> {
    let variables = fs::read_to_string(format!("/proc/{process}/environ")).unwrap();
    let variables = variables.split_terminator('\0').map(|variable| variable.split_once('='));
    variables.flatten().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

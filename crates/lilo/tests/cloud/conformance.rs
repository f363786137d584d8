//! `lilo conformance --deploy`: the way of `lilo deploy`, tried in an account.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::account::{Account, Done, wait_until};

/// A run without pictures and alerts to wait for, which no encoder would make here.
const RUN: [&str; 13] = [
    "conformance",
    "--target",
    "aws",
    "--deploy",
    "--source",
    "https://clip.invalid/clip.mp4",
    "--zips",
    "zips",
    "--yes",
    "--patience",
    "0.1",
    "--output",
    "json",
];

/// The checks' verdicts and answers or reasons, by their names.
fn outcomes(done: &Done) -> BTreeMap<String, (String, String)> {
    let lines = done.out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let checks = lines.filter(|line| line["type"] == "check").map(|mut line| line["data"].take());
    checks
        .map(|check| {
            let text = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            (text("name"), (text("verdict"), text("answer") + &text("reason")))
        })
        .collect()
}

#[test]
fn the_way_of_a_deployment_is_tried_and_nothing_is_left() {
    let account = Account::new();
    // The emulated MediaLive knows no rights. The first denial is that of a fresh role, which tries
    // again; the other that of an input without tags.
    for first in [1, 3] {
        let fault =
            json!({ "fault": "status", "operation": "CreateInput", "status": 403, "first": first });
        account.inject(&fault);
    }

    let snapshot = ["--snapshot", "report.json"];
    let done = account.lilo(&[&RUN[..], &snapshot].concat());

    assert_eq!(done.status.code(), Some(3), "{done:#?}");
    let outcomes = outcomes(&done);
    let agree = |name: &str| assert_eq!(outcomes[name].0, "agree", "{name}: {outcomes:#?}");
    for name in [
        "right-to-create-an-input",
        "no-right-to-create-untagged",
        "right-to-change-a-tag",
        "right-to-create-a-channel",
        "right-to-stop-a-channel",
        "right-to-delete-a-channel",
        "right-to-delete-an-input",
        "first-deployment",
        "first-destruction",
        "second-deployment",
        "second-destruction",
    ] {
        agree(name);
    }
    let allowed = ("differ".to_owned(), "allowed".to_owned());
    assert_eq!(outcomes["no-right-to-delete-others"], allowed);
    assert_eq!(outcomes["no-right-to-change-other-tags"], allowed);
    // ministack's request has no ServiceToken, which Lambda's documentation shows.
    let members = "LogicalResourceId, RequestId, RequestType, ResourceProperties, ResourceType, \
                   ResponseURL, ServiceTimeout, StackId; Number is \"1\", Switch is \"true\"";
    assert_eq!(outcomes["create-event"], ("differ".to_owned(), members.to_owned()));
    let report: Value =
        serde_json::from_str(&fs::read_to_string(account.file("report.json")).unwrap()).unwrap();
    let event = &report["createEvent"];
    assert_eq!(event["RequestType"], "Create", "{event}");
    assert_eq!(event["ResponseURL"], Value::Null);
    assert!(event["StackId"].as_str().unwrap().contains(":ACCOUNT:stack/"), "{event}");
    assert_eq!(report["checks"][0]["name"], "right-to-create-an-input");
    assert_eq!(account.everything(), [""; 0]);
    assert_eq!(account.in_medialive(), [""; 0]);
}

#[test]
fn a_killed_trial_of_rights_leaves_nothing_after_a_clean() {
    let account = Account::new();
    let mut run = account.command(&RUN);
    let mut child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("an input of the probe stack", || {
        account.medialive.calls().iter().any(|call| call["operation"] == "CreateInput")
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(account.everything().iter().any(|it| it.contains("lilo-conformance-probe")));

    let clean = ["--clean", "--yes", "--patience", "0.1"];
    let cleaned = account.lilo(&[&["conformance", "--target", "aws"], &clean[..]].concat());

    assert!(cleaned.err.contains("deletes  the stack lilo-conformance-probe"), "{cleaned:#?}");
    cleaned.well();
    assert_eq!(account.everything(), [""; 0]);
    assert_eq!(account.in_medialive(), [""; 0]);
}

#[test]
fn what_is_lilos_already_is_not_deployed_over() {
    let account = Account::new();
    account.deploy(&[]).well();
    let before = account.stacks_and_buckets();

    let done = account.lilo(&RUN);

    let outcomes = outcomes(&done);
    for name in ["first-deployment", "second-destruction"] {
        let (verdict, reason) = &outcomes[name];
        assert_eq!(verdict, "not-answered", "{done:#?}");
        assert!(reason.contains("are left alone"), "{reason}");
    }
    assert_eq!(account.stacks_and_buckets(), before);
}

//! What a run reports.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use lilo_conformance::{CHECKS, EXEMPT};
use lilo_tests::account::Done;
use serde_json::{Value, json};

use crate::account::{ACCOUNT, Account, LILO};

/// The outcomes that a run printed as JSON, by the names of the checks.
fn outcomes(done: &Done) -> BTreeMap<String, Value> {
    let lines = done.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let checks = lines.filter(|line| line["type"] == "check").map(|mut line| line["data"].take());
    checks.map(|check| (check["name"].as_str().unwrap().to_owned(), check)).collect()
}

#[test]
fn the_emulator_answers_every_check_as_expected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conformance.json");
    let mut command = Command::new(LILO);
    command.args(["conformance", "--target", "emulator", "--output", "json", "--snapshot"]);

    let done = Account::done({
        command.arg(&file);
        command
    });

    assert_eq!(done.status.code(), Some(0), "{done:#?}");
    let checks = CHECKS.iter().copied().flatten().count();
    let outcomes = outcomes(&done);
    assert_eq!(outcomes.len(), checks + EXEMPT.len());
    assert!(outcomes.values().all(|it| !it["row"].as_str().unwrap().is_empty()), "{outcomes:#?}");
    let snapshot: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let expected =
        json!({ "agree": checks, "differ": 0, "notAnswered": 0, "exempt": EXEMPT.len() });
    assert_eq!(snapshot["summary"], expected);
    assert_eq!(snapshot["target"], "emulator");
    assert_eq!(snapshot["version"], env!("CARGO_PKG_VERSION"));
    assert!(snapshot["validatedAt"].is_string() && snapshot["region"].is_string());
    assert_eq!(snapshot["checks"].as_array().unwrap().len(), outcomes.len());
    let measured = snapshot["measured"].as_array().unwrap();
    assert!(measured.iter().any(|it| it["what"] == "StartChannel to RUNNING"), "{measured:?}");
}

#[test]
fn a_difference_is_reported_with_both_answers() {
    let switches = ["--stop-idle", "--busy-is-bad-request", "--show-updating"];
    let account = Account::new(&[&switches[..], &["--encoder", "ffmpeg"]].concat());
    let message = format!("User: arn:aws:iam::{ACCOUNT}:user/me is not authorized");
    let denied = json!({ "fault": "status", "operation": "RestartChannelPipelines", "status": 403, "message": message });
    account.medialive.inject(&denied);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conformance.json");
    let snapshot = ["--output", "json", "--snapshot", file.to_str().unwrap()];

    let done = Account::done(account.run("5", &snapshot));

    assert_eq!(done.status.code(), Some(3), "{done:#?}");
    assert!(done.err.contains("3 of the checks differ, and 1 have no answer\n"), "{done:#?}");
    let mut outcomes = outcomes(&done);
    let stop = &outcomes["stop-while-idle"];
    assert_eq!((&stop["verdict"], &stop["answer"]), (&json!("differ"), &json!("accepted")));
    assert!(stop["expected"].as_str().unwrap().starts_with("409 ConflictException"), "{stop}");
    let in_use = "400 BadRequestException: Input INPUT is busy, it cannot be deleted";
    assert_eq!(outcomes["input-in-use"]["answer"], in_use);
    assert_eq!(outcomes["states-of-an-update"]["answer"], "UPDATING, then IDLE");
    let restart = &outcomes["states-of-a-restart"];
    let reason = "403 ForbiddenException: User: arn:aws:iam::ACCOUNT:CALLER is not authorized";
    assert_eq!((&restart["verdict"], &restart["reason"]), (&json!("not-answered"), &json!(reason)));
    outcomes.retain(|_, it| it["verdict"] == "differ");
    assert_eq!(outcomes.len(), 3, "{outcomes:#?}");
    let snapshot = fs::read_to_string(file).unwrap();
    assert!(!snapshot.contains(ACCOUNT) && !snapshot.contains("127.0.0.1"), "{snapshot}");
    assert!(snapshot.contains("\"region\": \"eu-west-1\""), "{snapshot}");
    assert_eq!(account.left(), [""; 0]);
}

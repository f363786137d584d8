//! The bootstrap stack where it is not as it should be.

use std::fs;

use crate::account::{Account, RECEIVER, infra, wait_until};
use crate::refusals::{nothing_changes, refused};

/// The tag of the stacks that `lilo deploy` makes.
const OURS: (&str, &str) = ("lilo:made-by", "lilo-deploy");
/// What a bootstrap stack is given whose functions cannot be made.
pub(crate) const BROKEN: [(&str, &str); 3] =
    [("CodeBucket", "no-such-code"), ("Architecture", "arm64"), ("SourceBuckets", "films")];

/// Puts another text in the place of the bootstrap stack's template.
pub(crate) fn replace_bootstrap(account: &Account, text: &str) {
    // ministack takes other outputs alone for no change.
    let text = text.replace("MaximumRetryAttempts: 2", "MaximumRetryAttempts: 1");
    let file = account.file("other.yaml");
    fs::write(&file, text).unwrap();
    let status = account.update_stack("lilo-bootstrap", Some(&file), &[]);
    assert_eq!(status, "UPDATE_COMPLETE");
}

#[test]
fn a_bootstrap_that_is_too_old_or_too_new_is_told() {
    let account = Account::new();
    account.deploy(&[]).well();
    let with_version = |version: &str| {
        let text = fs::read_to_string(infra("bootstrap.yaml")).unwrap();
        let ours = format!("Value: {}", env!("CARGO_PKG_VERSION"));
        assert!(text.contains(&ours));
        replace_bootstrap(&account, &text.replace(&ours, &format!("Value: {version}")));
    };
    let version = || {
        let outputs = account.stack("lilo-bootstrap")["Outputs"].clone();
        let mut outputs = outputs.as_array().unwrap().clone().into_iter();
        outputs.find(|it| it["OutputKey"] == "Version").unwrap()["OutputValue"].clone()
    };

    with_version("0.0.1");
    let words = ["of version 0.0.1, too old", "make package", "--zips"];
    nothing_changes(&account, || refused(&account, &["deploy"], &words));
    account.deploy(&[]).well();
    assert_eq!(version(), env!("CARGO_PKG_VERSION"), "with the zips it is updated");

    with_version("99.0.0");
    let words = ["of version 99.0.0", "use that version or a newer one"];
    nothing_changes(&account, || refused(&account, &["deploy"], &words));
}

#[test]
fn missing_bootstrap_with_loops_is_reported_and_recreatable() {
    let account = Account::new();
    account.deploy(&[]).well();
    // No stack is deleted whose exports are in use. ministack lets an update take them away, as AWS
    // does not.
    let text = fs::read_to_string(infra("bootstrap.yaml")).unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("Export:"));
    replace_bootstrap(&account, &lines.collect::<Vec<_>>().join("\n"));
    account.aws(&["cloudformation", "delete-stack", "--stack-name", "lilo-bootstrap"]);
    let gone = || account.everything().iter().all(|it| !it.contains("lilo-bootstrap"));
    wait_until("the bootstrap is gone", gone);

    let words = ["the bootstrap stack is gone", "lilo-loop", "lilo deploy --bootstrap-only"];
    nothing_changes(&account, || {
        refused(&account, &["deploy", "--zips", "zips"], &words);
        refused(&account, &["destroy", "--yes"], &words);
        refused(&account, &["destroy", "--all", "--yes"], &words);
    });

    // The next try fails.
    let resource = "Type: Custom::It, Properties: { ServiceToken: arn:aws:lambda:eu-west-1:000000000000:function:none }";
    let broken = text.replacen("Resources:\n", &format!("Resources:\n  It: {{ {resource} }}\n"), 1);
    let file = account.file("broken.yaml");
    fs::write(&file, broken).unwrap();
    account.create_stack("lilo-bootstrap", &file, &BROKEN, OURS);
    assert_eq!(account.settle("lilo-bootstrap"), "ROLLBACK_COMPLETE");
    let dead = ["lilo-bootstrap is in ROLLBACK_COMPLETE", "run `lilo destroy lilo-bootstrap`"];
    nothing_changes(&account, || {
        refused(&account, &["destroy", "--all", "--yes"], &words);
        refused(&account, &["deploy", "--bootstrap-only", "--zips", "zips"], &dead);
    });
    account.lilo(&["destroy", "lilo-bootstrap", "--yes"]).well();

    account.lilo(&["deploy", "--bootstrap-only", "--zips", "zips"]).well();
    account.lilo(&["destroy", "--yes"]).well();
    assert_eq!(account.in_medialive(), [""; 0]);
}

#[test]
fn failed_second_bootstrap_is_detected_and_can_be_destroyed() {
    let account = Account::new();
    account.deploy(&[]).well();
    let before = account.everything();
    account.create_stack("a-second", &infra("bootstrap.yaml"), &BROKEN, OURS);
    assert_eq!(account.settle("a-second"), "ROLLBACK_COMPLETE");

    let error = account.lilo(&["deploy", "a-second", "--destination", RECEIVER]).failure();
    assert!(error.contains("the stack a-second exists and is no loop"), "{error}");
    let error = account.lilo(&["destroy", "lilo-bootstrap", "--yes"]).failure();
    assert!(error.contains("the loops lilo-loop need the bootstrap stack"), "{error}");
    account.lilo(&["destroy", "a-second", "--yes"]).well();

    assert_eq!(account.everything(), before);
}

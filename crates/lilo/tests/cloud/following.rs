//! What is followed: from its beginning to its own end, whatever AWS and the network do meanwhile.

use serde_json::json;

use lilo_tests::programs::proxy::AnswerFault;

use crate::account::{Account, Done};

/// Whether a call asks for this, and for a stack whose name or ARN has these words.
fn asks(call: &str, action: &str, stack: &str) -> bool {
    call.starts_with(&format!("Action={action}&")) && call.contains(stack)
}

/// The first look at a stack after this order shows it as it was before.
fn stale(
    action: &'static str,
    status: &'static str,
) -> impl FnMut(&str) -> Option<AnswerFault> + Send + 'static {
    let (mut ordered, mut looked) = (false, false);
    move |call| {
        ordered |= asks(call, action, "lilo-loop");
        if looked || !ordered || !asks(call, "DescribeStacks", "lilo-loop") {
            return None;
        }
        looked = true;
        let begin = "<StackStatus>";
        Some(AnswerFault::Changed(Box::new(move |answer| {
            let (before, after) = answer.split_once(begin).unwrap();
            let (_, after) = after.split_once('<').unwrap();
            format!("{before}{begin}{status}<{after}")
        })))
    }
}

#[test]
fn a_description_older_than_the_order_is_not_taken_for_its_end() {
    let account = Account::new();
    account.deploy(&[]).well();
    account.inject(&json!({ "fault": "stuck", "operation": "DeleteChannel", "seconds": 5 }));

    let update = ["deploy", "--param", "RateControl=QVBR"];
    let update =
        account.command_past(stale("ExecuteChangeSet", "CREATE_COMPLETE"), &update).output();
    let destroy = ["destroy", "--yes"];
    let destroy = account.command_past(stale("DeleteStack", "UPDATE_COMPLETE"), &destroy).output();

    let told = Done::of(update.unwrap()).well();
    assert!(told.contains("lilo-loop      UPDATE_COMPLETE"), "{told}");
    let told = Done::of(destroy.unwrap()).well();
    assert!(told.contains("lilo-loop      DELETE_COMPLETE"), "{told}");
}

#[test]
fn short_network_loss_is_retried_and_a_long_one_can_be_resumed() {
    let account = Account::new();
    account.deploy(&[]).well();
    let mut executed = false;
    let cut = move |call: &str| {
        if executed {
            return Some(AnswerFault::CutAfter);
        }
        executed = asks(call, "ExecuteChangeSet", "lilo-loop");
        None
    };

    let update = ["deploy", "--param", "RateControl=QVBR"];
    let mut command = account.command_past(cut, &update);
    let done = Done::of(command.env("AWS_MAX_ATTEMPTS", "1").output().unwrap());

    let goes_on = "the stack lilo-loop goes on; the same command picks it up again";
    assert!(done.err.contains(goes_on), "{done:#?}");
    assert!(done.failure().contains("AWS could not be reached"));
    account.lilo(&update).well();
    assert_eq!(account.parameter("lilo-loop", "RateControl"), "QVBR");

    // Away for a moment only.
    let (mut executed, mut cuts) = (false, 0);
    let cut = move |call: &str| {
        if executed && cuts < 4 {
            cuts += 1;
            return Some(AnswerFault::CutAfter);
        }
        executed |= asks(call, "ExecuteChangeSet", "lilo-loop");
        None
    };
    let update = ["deploy", "--param", "RateControl=CBR"];
    Done::of(account.command_past(cut, &update).output().unwrap()).well();
}

#[test]
fn dry_run_retries_deleting_a_change_set_still_being_created() {
    let account = Account::new();
    account.deploy(&[]).well();
    let before = account.everything();
    let mut refused = false;
    let busy = move |call: &str| {
        if refused || !asks(call, "DeleteChangeSet", "lilo-loop") {
            return None;
        }
        refused = true;
        Some(AnswerFault::Status(400, "InvalidChangeSetStatus"))
    };

    let dry = ["deploy", "--param", "RateControl=QVBR", "--dry-run"];
    let done = Done::of(account.command_past(busy, &dry).output().unwrap());

    assert!(!done.err.contains("take back"), "{done:#?}");
    done.well();
    assert_eq!(account.everything(), before);
}

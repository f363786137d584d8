//! What goes wrong on the way, and that nothing is left of it.

use serde_json::json;

use crate::harness::{Account, Picture, wait_until};

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn failed_create_rolls_back_with_or_without_a_channel() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    for (fault, reason) in [
        (
            json!({ "fault": "status", "operation": "CreateChannel", "status": 422 }),
            "CreateChannel",
        ),
        (json!({ "fault": "failed", "operation": "CreateChannel" }), "CREATE_FAILED"),
    ] {
        account.inject(&fault);

        let failed = account.begin_loop("failed", &[]);

        assert_eq!(account.settle(&failed.stack), "ROLLBACK_COMPLETE");
        let reasons = account.reasons(&failed.stack);
        assert!(reasons.contains(reason), "{reasons}");
        assert_eq!(account.in_medialive(), [""; 0]);
        assert_eq!(account.delete_stack(&failed.stack), "DELETE_COMPLETE");
    }
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn function_killed_during_create_is_retried_for_one_channel() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    account.inject(&json!({ "fault": "stuck", "operation": "CreateChannel", "seconds": 10 }));
    let begun = account.begin_loop("killed", &[]);
    wait_until("the channel is being created", || {
        account.aws(&["medialive", "list-channels"])["Channels"][0]["State"] == "CREATING"
    });

    assert!(account.kill_functions() > 0);

    assert_eq!(account.settle(&begun.stack), "CREATE_COMPLETE", "{}", account.log());
    let channels = account.aws(&["medialive", "list-channels"])["Channels"].take();
    assert_eq!(channels.as_array().unwrap().len(), 1);
    let channel = account.physical_id(&begun.stack, "Channel");
    account.medialive.wait_for(&channel, "RUNNING");

    assert_eq!(account.delete_stack(&begun.stack), "DELETE_COMPLETE");
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn a_creation_that_outlasts_an_invocation_goes_on_in_another() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    let set = ["lambda", "update-function-configuration", "--function-name", "lilo-channel"];
    account.aws(&[&set[..], &["--timeout", "10"]].concat());
    account.inject(&json!({ "fault": "stuck", "operation": "CreateChannel", "seconds": 12 }));

    let made = account.make_loop("long");

    let handed_on = account.log().matches("handed on to another invocation").count();
    assert!((1..=5).contains(&handed_on), "{handed_on}: {}", account.log());
    let channel = account.physical_id(&made.stack, "Channel");
    account.medialive.wait_for(&channel, "RUNNING");
    assert_eq!(
        account.aws(&["medialive", "list-channels"])["Channels"].as_array().unwrap().len(),
        1
    );
    assert_eq!(account.delete_stack(&made.stack), "DELETE_COMPLETE");
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

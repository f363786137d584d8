//! What goes wrong on the way, and that nothing is left of it.

use serde_json::json;

use crate::harness::{Account, Picture, wait_until};

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn a_create_that_medialive_refuses_rolls_back_and_leaves_nothing() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    account.inject(&json!({ "fault": "status", "operation": "CreateChannel", "status": 422 }));

    let refused = account.begin_loop("refused", &[]);

    assert_eq!(account.settle(&refused.stack), "ROLLBACK_COMPLETE");
    let reasons = account.reasons(&refused.stack);
    assert!(reasons.contains("CreateChannel"), "{reasons}");
    account.assert_medialive_is_empty();
    assert_eq!(account.delete(&refused.stack), "DELETE_COMPLETE");
    assert_eq!(account.delete(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn a_function_that_is_killed_in_the_middle_is_invoked_again_and_makes_one_channel() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    let begun = account.begin_loop("killed", &[]);
    wait_until("the channel is being created", || {
        account.aws(&["medialive", "list-channels"])["Channels"][0]["State"] == "CREATING"
    });

    assert!(account.kill_functions() > 0);

    assert_eq!(account.settle(&begun.stack), "CREATE_COMPLETE", "{}", account.log());
    let channels = account.aws(&["medialive", "list-channels"])["Channels"].take();
    assert_eq!(channels.as_array().unwrap().len(), 1);
    let channel = account.channel_id(&begun.stack);
    account.wait_for_channel(&channel, "RUNNING");

    assert_eq!(account.delete(&begun.stack), "DELETE_COMPLETE");
    assert_eq!(account.delete(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

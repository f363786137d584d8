//! The cost guard: `StopAfterHours`.

use crate::harness::{Account, Picture, wait_until};

const RUNNING_SINCE: &str = "lilo:running-since";

#[test]
#[ignore = "run by `make e2e`, which packages the functions"]
fn expired_loop_is_stopped_and_manual_start_resets_its_timer() {
    let account = Account::new(Picture::Left);
    let bootstrap = account.bootstrap();
    let made = account.begin_loop("guarded", &[("StopAfterHours", "1")]);
    assert_eq!(account.settle(&made.stack), "CREATE_COMPLETE");
    let channel = account.physical_id(&made.stack, "Channel");
    let since = || account.channel(&channel)["Tags"][RUNNING_SINCE].take();
    wait_until("it is known since when the channel runs", || since().is_string());

    // More than an hour passes.
    let arn = account.channel(&channel)["Arn"].take();
    let past = format!("{RUNNING_SINCE}=2026-01-01T00:00:00Z");
    let arn = arn.as_str().unwrap();
    account.aws(&["medialive", "create-tags", "--resource-arn", arn, "--tags", &past]);
    account.sweep();

    account.medialive.wait_for(&channel, "IDLE");
    wait_until("the time is forgotten", || since().is_null());
    account.aws(&["medialive", "start-channel", "--channel-id", &channel]);
    wait_until("the time is set anew", || since().is_string());
    account.sweep();
    account.medialive.wait_for(&channel, "RUNNING");

    assert_eq!(account.delete_stack(&made.stack), "DELETE_COMPLETE");
    assert_eq!(account.delete_stack(&bootstrap), "DELETE_COMPLETE");
    account.assert_nothing_is_left();
}

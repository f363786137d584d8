//! Delete: of everything that there may be, and of nothing else.

use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::input::InputState;
use lilo_tests::{CallFault, Calls, Cloud, FOREVER, Function, samples};

use super::{delete_both, made, state};

#[tokio::test(start_paused = true)]
async fn delete_works_for_idle_starting_and_running_channels() {
    for (state_before, seconds, operations) in [
        (ChannelState::Idle, None, &["CreateTags", "DeleteChannel"][..]),
        (ChannelState::Starting, Some(0), &["CreateTags", "StopChannel", "DeleteChannel"]),
        (ChannelState::Running, Some(2), &["CreateTags", "StopChannel", "DeleteChannel"]),
    ] {
        let cloud = Cloud::default();
        let ids = made(&cloud).await;
        if let Some(seconds) = seconds {
            cloud.person().start_channel(&ids.1).await.unwrap();
            cloud.pass(seconds).await;
        }
        assert_eq!(state(&cloud, &ids.1).await, state_before);

        delete_both(&cloud, &ids).await;

        let done = cloud.operations_of("lilo-channel");
        assert_eq!(done[1..], *operations, "from {state_before}");
    }
}

#[tokio::test(start_paused = true)]
async fn deleting_a_channel_that_is_stopping_waits_for_it() {
    let cloud = Cloud::default();
    let ids = made(&cloud).await;
    cloud.person().start_channel(&ids.1).await.unwrap();
    cloud.pass(2).await;
    cloud.person().stop_channel(&ids.1).await.unwrap();

    delete_both(&cloud, &ids).await;
}

#[tokio::test(start_paused = true)]
async fn event_during_delete_does_not_leave_a_running_channel() {
    // The event comes between any two calls of Delete's: before the first, after it, and so on.
    for looks in 0..5 {
        let cloud = Cloud::default();
        let ids = made(&cloud).await;
        let event = samples::created(&ids.1);
        let late = async {
            for _ in 0..looks {
                tokio::task::yield_now().await;
            }
            cloud.start(&event).await.unwrap();
            cloud.start(&event).await.unwrap();
        };

        let (deleted, ()) = tokio::join!(cloud.delete(Function::Channel, &ids.1), late);

        assert_eq!(deleted.failure(), None);
        assert_eq!(cloud.delete(Function::Input, &ids.0).await.failure(), None);
        assert!(cloud.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_starts_a_channel_once_its_delete_has_begun() {
    let cloud = Cloud::default();
    let ids = made(&cloud).await;
    let event = samples::created(&ids.1);
    let starter = async {
        // Delete forbids the start with its second call, before anything takes time.
        while !cloud.operations_of("lilo-channel").contains(&"CreateTags".to_owned()) {
            tokio::task::yield_now().await;
        }
        cloud.start(&event).await.unwrap();
    };

    let (deleted, ()) = tokio::join!(cloud.delete(Function::Channel, &ids.1), starter);

    assert_eq!(deleted.failure(), None);
    assert!(cloud.operations_of("lilo-starter").is_empty());
    assert!(cloud.remaining().len() == 1, "the input alone");
}

#[tokio::test(start_paused = true)]
async fn delete_waits_for_a_channel_that_is_still_being_created() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    // The id that the emulator gives next.
    let ids = (input.physical_id().to_owned(), "1000002".to_owned());
    let delete = async {
        cloud.pass(0).await;
        delete_both(&cloud, &ids).await;
    };

    let (created, ()) = tokio::join!(cloud.create(Function::Channel, &channel), delete);

    assert_eq!(created.physical_id(), ids.1, "whatever it answers, it names what it made");
    assert!(cloud.is_empty());
}

#[tokio::test(start_paused = true)]
async fn delete_of_what_is_gone_already_succeeds() {
    let cloud = Cloud::default();
    let ids = made(&cloud).await;
    delete_both(&cloud, &ids).await;

    delete_both(&cloud, &ids).await;

    let never_were = ("9999998".to_owned(), "9999999".to_owned());
    delete_both(&cloud, &never_were).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_listed_is_not_gone_however_often_it_is_not_found() {
    let cloud = Cloud::default();
    let (input, channel) = made(&cloud).await;
    let nothing = CallFault::refused(404, "NotFoundException", "no");
    cloud.fail(Calls::to("DescribeChannel"), 5, nothing);
    cloud.fail(Calls::to("DescribeInput"), 5, nothing);

    delete_both(&cloud, &(input, channel)).await;

    assert!(cloud.is_empty());
}

#[tokio::test(start_paused = true)]
async fn delete_of_what_was_never_made_looks_and_changes_nothing() {
    let cloud = Cloud::default();

    for id in [
        "lilo-nothing-made",
        "lilo-nothing-made-1763805600",
        "lilo-perhaps-made-1763805600",
        "2026/11/22/[$LATEST]0123456789abcdef",
    ] {
        for function in [Function::Input, Function::Channel] {
            let reply = cloud.delete(function, id).await;
            assert_eq!((reply.failure(), reply.physical_id()), (None, id));
        }
    }

    let calls = cloud.calls();
    assert!(calls.iter().all(|call| call.operation.starts_with("List")), "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn delete_waits_for_a_delayed_create_and_removes_its_resource() {
    let cloud = Cloud::default();
    let (asked, request) = (cloud.signed_now(), samples::create(Function::Input));
    let create = async {
        // A crash before the first call: Lambda tries again a minute later.
        cloud.pass(60).await;
        cloud.deliver_as(&asked, Function::Input, &request).await
    };

    let (deleted, created) = tokio::join!(cloud.delete(Function::Input, "Dev-Input-1ABC"), create);

    assert_eq!(deleted.failure(), None);
    assert!(cloud.is_empty(), "Create answered {created:?}");
}

#[tokio::test(start_paused = true)]
async fn delete_with_cloudformation_assigned_id_finds_the_resources() {
    let cloud = Cloud::default();
    let ids = made(&cloud).await;
    // Somebody else's channel, which no Delete of ours may touch.
    let theirs = cloud.person_creates_an_input().await;

    for (function, made_up) in
        [(Function::Channel, "Dev-Channel-1ABC"), (Function::Input, "Dev-Input-1ABC")]
    {
        assert_eq!(cloud.delete(function, made_up).await.failure(), None);
    }

    let left = cloud.remaining();
    assert_eq!(left.len(), 1, "{ids:?} are gone, {theirs} is not: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_comes_again_keeps_a_later_creates_resources() {
    let cloud = Cloud::default();
    let asked = cloud.signed_now();
    let again = |function, id: &str| {
        let mut request = samples::delete(function);
        request["PhysicalResourceId"] = id.into();
        request
    };
    let channel = again(Function::Channel, "Dev-Channel-1ABC");
    let input = again(Function::Input, "Dev-Input-1ABC");
    assert_eq!(cloud.deliver_as(&asked, Function::Channel, &channel).await.failure(), None);
    assert_eq!(cloud.deliver_as(&asked, Function::Input, &input).await.failure(), None);
    let ids = made(&cloud).await;

    for (function, request) in [(Function::Channel, &channel), (Function::Input, &input)] {
        assert_eq!(cloud.deliver_as(&asked, function, request).await.failure(), None);
    }

    assert_eq!(state(&cloud, &ids.1).await, ChannelState::Idle);
    assert_eq!(cloud.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn delete_of_a_failed_create_keeps_a_later_creates_resource() {
    for fault in [CallFault::CutAfter, CallFault::refused(403, "ForbiddenException", "no")] {
        let cloud = Cloud::default();
        cloud.fail(Calls::to("CreateInput"), FOREVER, fault);
        let failed = cloud.create(Function::Input, &samples::input()).await;
        assert!(failed.failure().is_some());
        cloud.clear_faults();
        let before = cloud.remaining().len();
        cloud.pass(300).await;
        // Delivered late, it looks for what another delivery of itself may have made.
        let (asked, request) = (cloud.signed_now(), samples::create(Function::Input));
        cloud.pass(60).await;
        let made = cloud.deliver_as(&asked, Function::Input, &request).await;
        assert_eq!(made.failure(), None);

        // As CloudFormation does in a stack whose failed resources were kept: the new one first.
        let deleted = cloud.delete(Function::Input, failed.physical_id()).await;

        assert_eq!(deleted.failure(), None);
        assert_eq!(cloud.remaining().len(), 1, "of {before} before and one");
        let left = cloud.person().describe_input(made.physical_id()).await.unwrap();
        assert_eq!(left.state, InputState::Detached);
    }
}

#[tokio::test(start_paused = true)]
async fn refusal_after_a_lost_response_leaves_the_outcome_unknown() {
    // A denial is repeated for two minutes, a conflict is not.
    for (status, code, times) in
        [(403, "ForbiddenException", FOREVER), (409, "ConflictException", 1)]
    {
        let cloud = Cloud::default();
        cloud.fail(Calls::to("CreateInput"), 1, CallFault::CutAfter);
        cloud.fail(Calls::to("CreateInput"), times, CallFault::refused(status, code, "no"));
        // What was just made is not listed yet.
        cloud.fail(
            Calls::to_any(&["ListInputs", "DescribeInput"]),
            1,
            CallFault::refused(404, "NotFoundException", "no"),
        );

        let created = cloud.create(Function::Input, &samples::input()).await;

        assert!(created.failure().is_some());
        let id = PhysicalId::of(created.physical_id());
        assert!(matches!(id, PhysicalId::Perhaps(_)), "{status}: {id:?}");
        cloud.clear_faults();
        assert_eq!(cloud.delete(Function::Input, created.physical_id()).await.failure(), None);
        assert!(cloud.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn rollback_deletes_a_resource_whose_create_response_was_lost() {
    let cloud = Cloud::default();
    cloud.fail(Calls::to("CreateInput"), FOREVER, CallFault::CutAfter);
    let created = cloud.create(Function::Input, &samples::input()).await;
    assert!(created.failure().is_some());
    let id = PhysicalId::of(created.physical_id());
    assert!(matches!(id, PhysicalId::Perhaps(_)), "{id:?}");
    assert_eq!(cloud.remaining().len(), 1, "carried out, and never answered");

    let deleted = cloud.delete(Function::Input, created.physical_id()).await;

    assert_eq!(deleted.failure(), None);
    assert!(cloud.is_empty());
}

//! Delete: of everything that there may be, and of nothing else.

use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::input::InputState;
use lilo_tests::{Function, Goes, World, samples};

use super::{delete_both, made, state};

#[tokio::test(start_paused = true)]
async fn deleting_works_from_every_state_that_a_channel_is_in_after_create() {
    for (state_before, seconds, operations) in [
        (ChannelState::Idle, None, &["CreateTags", "DeleteChannel"][..]),
        (ChannelState::Starting, Some(0), &["CreateTags", "StopChannel", "DeleteChannel"]),
        (ChannelState::Running, Some(2), &["CreateTags", "StopChannel", "DeleteChannel"]),
    ] {
        let world = World::default();
        let ids = made(&world).await;
        if let Some(seconds) = seconds {
            world.person().start_channel(&ids.1).await.unwrap();
            world.pass(seconds).await;
        }
        assert_eq!(state(&world, &ids.1).await, state_before);

        delete_both(&world, &ids).await;

        let done = world.operations_of("lilo-channel");
        assert_eq!(done[1..], *operations, "from {state_before}");
    }
}

#[tokio::test(start_paused = true)]
async fn deleting_a_channel_that_is_stopping_waits_for_it() {
    let world = World::default();
    let ids = made(&world).await;
    world.person().start_channel(&ids.1).await.unwrap();
    world.pass(2).await;
    world.person().stop_channel(&ids.1).await.unwrap();

    delete_both(&world, &ids).await;
}

#[tokio::test(start_paused = true)]
async fn an_event_that_comes_while_the_channel_is_deleted_starts_nothing_that_stays() {
    // The event comes between any two calls of Delete's: before the first, after it, and so on.
    for looks in 0..5 {
        let world = World::default();
        let ids = made(&world).await;
        let event = samples::created(&ids.1);
        let late = async {
            for _ in 0..looks {
                tokio::task::yield_now().await;
            }
            world.start(&event).await.unwrap();
            world.start(&event).await.unwrap();
        };

        let (deleted, ()) = tokio::join!(world.delete(Function::Channel, &ids.1), late);

        assert_eq!(deleted.failure(), None);
        assert_eq!(world.delete(Function::Input, &ids.0).await.failure(), None);
        assert!(world.emulator.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_starts_a_channel_once_its_delete_has_begun() {
    let world = World::default();
    let ids = made(&world).await;
    let event = samples::created(&ids.1);
    let starter = async {
        // Delete forbids the start with its second call, before anything takes time.
        while !world.operations_of("lilo-channel").contains(&"CreateTags".to_owned()) {
            tokio::task::yield_now().await;
        }
        world.start(&event).await.unwrap();
    };

    let (deleted, ()) = tokio::join!(world.delete(Function::Channel, &ids.1), starter);

    assert_eq!(deleted.failure(), None);
    assert!(world.operations_of("lilo-starter").is_empty());
    assert!(world.emulator.remaining().len() == 1, "the input alone");
}

#[tokio::test(start_paused = true)]
async fn deleting_a_channel_that_is_still_being_created_waits_and_leaves_nothing() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    // The id that the emulator gives next.
    let ids = (input.physical_id().to_owned(), "1000002".to_owned());
    let delete = async {
        world.pass(0).await;
        delete_both(&world, &ids).await;
    };

    let (created, ()) = tokio::join!(world.create(Function::Channel, &channel), delete);

    assert_eq!(created.physical_id(), ids.1, "whatever it answers, it names what it made");
    assert!(world.emulator.is_empty());
}

#[tokio::test(start_paused = true)]
async fn delete_of_what_is_gone_already_succeeds() {
    let world = World::default();
    let ids = made(&world).await;
    delete_both(&world, &ids).await;

    delete_both(&world, &ids).await;

    let never_were = ("9999998".to_owned(), "9999999".to_owned());
    delete_both(&world, &never_were).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_listed_is_not_gone_however_often_it_is_not_found() {
    let world = World::default();
    let (input, channel) = made(&world).await;
    let nothing = Goes::Refused(404, "NotFoundException", "no");
    world.wire.fail("GET", "/prod/channels/", 5, nothing);
    world.wire.fail("GET", "/prod/inputs/", 5, nothing);

    delete_both(&world, &(input, channel)).await;

    assert!(world.emulator.is_empty());
}

#[tokio::test(start_paused = true)]
async fn delete_of_what_was_never_made_looks_and_changes_nothing() {
    let world = World::default();

    for id in [
        "lilo-nothing-made",
        "lilo-nothing-made-1763805600",
        "lilo-perhaps-made-1763805600",
        "2026/11/22/[$LATEST]0123456789abcdef",
    ] {
        for function in [Function::Input, Function::Channel] {
            let reply = world.delete(function, id).await;
            assert_eq!((reply.failure(), reply.physical_id()), (None, id));
        }
    }

    let calls = world.emulator.calls();
    assert!(calls.iter().all(|call| call.operation.starts_with("List")), "{calls:?}");
}

#[tokio::test(start_paused = true)]
async fn delete_before_create_has_made_anything_waits_for_what_it_makes_and_takes_it_away() {
    let world = World::default();
    let create = async {
        // A crash before the first call: Lambda tries again a minute later.
        world.pass(60).await;
        world.create(Function::Input, &samples::input()).await
    };

    let (deleted, created) = tokio::join!(world.delete(Function::Input, "Dev-Input-1ABC"), create);

    assert_eq!(deleted.failure(), None);
    assert!(world.emulator.is_empty(), "Create answered {created:?}");
}

#[tokio::test(start_paused = true)]
async fn delete_under_an_id_that_was_made_up_finds_what_the_stack_made() {
    let world = World::default();
    let ids = made(&world).await;
    // Somebody else's channel, which no Delete of ours may touch.
    let theirs = world.person_creates_an_input().await;

    for (function, made_up) in
        [(Function::Channel, "Dev-Channel-1ABC"), (Function::Input, "Dev-Input-1ABC")]
    {
        assert_eq!(world.delete(function, made_up).await.failure(), None);
    }

    let left = world.emulator.remaining();
    assert_eq!(left.len(), 1, "{ids:?} are gone, {theirs} is not: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn delete_of_a_failed_create_leaves_alone_what_another_create_has_made_since() {
    for goes in [Goes::Lost, Goes::Refused(403, "ForbiddenException", "no")] {
        let world = World::default();
        world.wire.fail("POST", "/prod/inputs", usize::MAX, goes);
        let failed = world.create(Function::Input, &samples::input()).await;
        assert!(failed.failure().is_some());
        world.wire.mend();
        let before = world.emulator.remaining().len();
        world.pass(300).await;
        // Delivered late, it looks for what another delivery of itself may have made.
        let (asked, request) = (world.signed_now(), samples::create(Function::Input));
        world.pass(60).await;
        let made = world.deliver_as(&asked, Function::Input, &request).await;
        assert_eq!(made.failure(), None);

        // As CloudFormation does in a stack whose failed resources were kept: the new one first.
        let deleted = world.delete(Function::Input, failed.physical_id()).await;

        assert_eq!(deleted.failure(), None);
        assert_eq!(world.emulator.remaining().len(), 1, "of {before} before and one");
        let left = world.person().describe_input(made.physical_id()).await.unwrap();
        assert_eq!(left.state, InputState::Detached);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_call_without_an_answer_does_not_mean_that_nothing_was_made() {
    for (status, code) in [(403, "ForbiddenException"), (409, "ConflictException")] {
        let world = World::default();
        world.wire.fail("POST", "/prod/inputs", 1, Goes::Lost);
        world.wire.fail("POST", "/prod/inputs", 1, Goes::Refused(status, code, "no"));
        // What was just made is not listed yet.
        world.wire.fail("GET", "/prod/inputs", 1, Goes::Refused(404, "NotFoundException", "no"));

        let created = world.create(Function::Input, &samples::input()).await;

        assert!(created.failure().is_some());
        let id = PhysicalId::of(created.physical_id());
        assert!(matches!(id, PhysicalId::Perhaps(_)), "{status}: {id:?}");
        world.wire.mend();
        assert_eq!(world.delete(Function::Input, created.physical_id()).await.failure(), None);
        assert!(world.emulator.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_made_without_anybody_knowing_is_taken_away_by_the_rollback() {
    let world = World::default();
    world.wire.fail("POST", "/prod/inputs", usize::MAX, Goes::Lost);
    let created = world.create(Function::Input, &samples::input()).await;
    assert!(created.failure().is_some());
    let id = PhysicalId::of(created.physical_id());
    assert!(matches!(id, PhysicalId::Perhaps(_)), "{id:?}");
    assert_eq!(world.emulator.remaining().len(), 1, "carried out, and never answered");

    let deleted = world.delete(Function::Input, created.physical_id()).await;

    assert_eq!(deleted.failure(), None);
    assert!(world.emulator.is_empty());
}

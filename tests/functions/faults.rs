//! MediaLive refuses, throttles, or does not answer.

use std::time::Duration;

use lilo_lifecycle::PhysicalId;
use lilo_medialive::InputSpec;
use lilo_medialive_emulator::{CallFault, Fault};
use lilo_tests::{Function, Goes, PUT_EVENTS, World, samples};

const INTERNAL: Goes = Goes::Refused(500, "InternalServerErrorException", "try later");
const THROTTLED: Goes = Goes::Refused(429, "TooManyRequestsException", "slow down");
const FORBIDDEN: Goes = Goes::Refused(403, "ForbiddenException", "not authorized");
const UNTRUSTED: Goes = Goes::Refused(
    400,
    "BadRequestException",
    "Please make sure the role exists and medialive.amazonaws.com is a trusted service",
);
const BUSY: Goes =
    Goes::Refused(400, "BadRequestException", "Input 1 is busy, it cannot be deleted");

/// More often than the SDK repeats a call by itself.
const A_WHILE: usize = 10;

#[tokio::test(start_paused = true)]
async fn a_creation_whose_answer_is_lost_makes_one_resource() {
    let world = World::default();
    world.wire.fail("POST", "/prod/inputs", A_WHILE, Goes::Lost);

    let reply = world.create(Function::Input, &samples::input()).await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, "1000001"));
    assert_eq!(world.emulator.remaining().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_resource_that_is_not_found_yet_is_waited_for() {
    let world = World::default();
    let not_found = Goes::Refused(404, "NotFoundException", "no");
    world.wire.fail("GET", "/prod/inputs/", 2, not_found);
    world.wire.fail("GET", "/prod/channels/", 2, not_found);

    let input = world.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    let channel = world.create(Function::Channel, &channel).await;

    assert_eq!((input.failure(), channel.failure()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried() {
    for goes in [INTERNAL, THROTTLED, Goes::Lost] {
        let world = World::default();
        let input = world.create(Function::Input, &samples::input()).await;
        world.wire.fail("GET", "/prod/channels", A_WHILE, goes);
        let channel = samples::channel(input.physical_id());
        let channel = world.create(Function::Channel, &channel).await;
        assert_eq!(channel.failure(), None);

        world.wire.fail("DELETE", "/prod/channels", A_WHILE, goes);
        let deleted = world.delete(Function::Channel, channel.physical_id()).await;

        assert_eq!(deleted.failure(), None);
        assert_eq!(world.emulator.remaining().len(), 1, "the input");
    }
}

#[tokio::test(start_paused = true)]
async fn an_input_that_is_busy_by_either_status_is_waited_for() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    world.wire.fail("DELETE", "/prod/inputs", 1, BUSY);

    let deleted = world.delete(Function::Input, input.physical_id()).await;

    assert_eq!(deleted.failure(), None);
    assert!(world.emulator.is_empty());
}

#[tokio::test(start_paused = true)]
async fn access_denied_is_never_taken_for_gone() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    world.wire.fail("GET", "/prod/inputs", usize::MAX, FORBIDDEN);

    let deleted = world.delete(Function::Input, input.physical_id()).await;

    let reason = deleted.failure().unwrap_or_default();
    assert!(reason.contains("403 ForbiddenException"), "{reason}");
    assert_eq!(world.emulator.remaining().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_create_made_nothing_and_says_which_quota() {
    let world = World::default();
    let quota = "You have reached the maximum number of inputs";
    let refused = Goes::Refused(429, "TooManyRequestsException", quota);
    world.wire.fail("POST", "/prod/inputs", usize::MAX, refused);
    let begun = tokio::time::Instant::now();

    let reply = world.create(Function::Input, &samples::input()).await;

    let reason = reply.failure().unwrap_or_default();
    assert!(reason.contains(quota) && reason.contains("429"), "{reason}");
    assert!(matches!(PhysicalId::of(reply.physical_id()), PhysicalId::Refused(_)), "{reply:?}");
    assert!(begun.elapsed().as_secs() < 190, "{:?}", begun.elapsed());
    let begun = tokio::time::Instant::now();
    assert_eq!(world.delete(Function::Input, reply.physical_id()).await.failure(), None);
    assert!(begun.elapsed().as_secs() < 5, "the Delete need not search: {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_action_without_effect_is_not_repeated_all_the_time() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    // Answered, and not carried out.
    world.wire.fail("DELETE", "/prod/inputs", usize::MAX, Goes::Refused(200, "", ""));
    let before = world.wire.to_medialive().len();

    let deleted = world.delete(Function::Input, input.physical_id()).await;

    let reason = deleted.failure().unwrap_or_default();
    assert!(reason.contains("is still DETACHED, although MediaLive accepted"), "{reason}");
    let calls = world.wire.to_medialive().len() - before;
    assert!(calls < 100, "{calls} calls before it is given up");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_is_read_again_by_itself() {
    let world = World::default();
    let person = world.person();
    for number in 0..150 {
        let tags = [("Owner".to_owned(), "them".to_owned())].into();
        let sources = ["https://example.com/theirs.mp4"; 2].map(Into::into);
        let role_arn = "arn:aws:iam::111122223333:role/theirs".into();
        let spec = InputSpec { name: "theirs".into(), sources, role_arn, tags };
        person.create_input(&spec, &number.to_string()).await.unwrap();
        world.pass(1).await;
    }
    let begun = world.wire.to_medialive().len();
    world.wire.fail("GET", "/prod/inputs?maxResults=100&nextToken", A_WHILE, INTERNAL);

    let deleted = world.delete(Function::Input, "lilo-nothing-made-1763805600").await;

    assert_eq!(deleted.failure(), None);
    let lists = world.wire.to_medialive().split_off(begun);
    let first = lists.iter().filter(|it| !it.path.contains("nextToken")).count();
    assert_eq!((first, lists.len()), (1, 1 + A_WHILE + 1), "the first page is read once");
}

#[tokio::test(start_paused = true)]
async fn a_search_lists_at_most_every_15_seconds() {
    let world = World::default();

    let deleted = world.delete(Function::Input, "Dev-Input-1ABC").await;

    assert_eq!(deleted.failure(), None);
    let lists = world.wire.to_medialive().len();
    assert!((13..=24).contains(&lists), "{lists} lists in 240 s");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_not_trusted_yet_gets_two_minutes() {
    let world = World::default();
    world.wire.fail("POST", "/prod/inputs", 5, UNTRUSTED);
    assert_eq!(world.create(Function::Input, &samples::input()).await.failure(), None);

    let world = World::default();
    world.wire.fail("POST", "/prod/inputs", usize::MAX, UNTRUSTED);
    let begun = tokio::time::Instant::now();
    let reply = world.create(Function::Input, &samples::input()).await;

    let reason = reply.failure().unwrap_or_default();
    assert!(reason.contains("is a trusted service"), "{reason}");
    let waited = begun.elapsed().as_secs();
    assert!((110..=120).contains(&waited), "{waited} s");
}

#[tokio::test(start_paused = true)]
async fn long_work_is_handed_on_and_ends_well() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    let half_an_hour = Duration::from_secs(1800);
    let stuck = CallFault::Stuck(Some(half_an_hour));
    world.emulator.inject(Fault::call("CreateChannel", stuck)).unwrap();
    let begun = tokio::time::Instant::now();

    let reply = world.create(Function::Channel, &samples::channel(input.physical_id())).await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, "1000002"));
    assert!(begun.elapsed() >= half_an_hour, "{:?}", begun.elapsed());
    let made = world.operations_of("lilo-channel");
    assert!(made.iter().all(|operation| operation == "CreateChannel"), "{made:?}");
    assert_eq!(world.emulator.remaining().len(), 2, "one input, one channel");
}

#[tokio::test(start_paused = true)]
async fn endless_work_fails_before_cloudformation_gives_up() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    world.emulator.inject(Fault::call("CreateChannel", CallFault::Stuck(None))).unwrap();
    let begun = tokio::time::Instant::now();

    let reply = world.create(Function::Channel, &samples::channel(input.physical_id())).await;

    let reason = reply.failure().unwrap();
    assert!(reason.contains("channel 1000002 is still CREATING after"), "{reason}");
    assert_eq!(reply.physical_id(), "1000002");
    let took = begun.elapsed().as_secs();
    assert!((3300..3600).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_handed_on_is_answered() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    world.emulator.inject(Fault::call("CreateChannel", CallFault::Stuck(None))).unwrap();
    world.wire.fail("POST", PUT_EVENTS, usize::MAX, FORBIDDEN);

    let reply = world.create(Function::Channel, &samples::channel(input.physical_id())).await;

    let reason = reply.failure().unwrap();
    assert!(reason.contains("not handed on to another"), "{reason}");
    assert_eq!(reply.physical_id(), "1000002", "so that the rollback finds it");
}

#[tokio::test(start_paused = true)]
async fn handing_on_is_retried() {
    for goes in [
        Goes::NotTaken,
        Goes::Refused(400, "ThrottlingException", "slow down"),
        Goes::Refused(500, "InternalException", "injected"),
    ] {
        let world = World::default();
        let input = world.create(Function::Input, &samples::input()).await;
        let slow = CallFault::Stuck(Some(Duration::from_secs(1800)));
        world.emulator.inject(Fault::call("CreateChannel", slow)).unwrap();
        world.wire.fail("POST", PUT_EVENTS, 1, goes);

        let reply = world.create(Function::Channel, &samples::channel(input.physical_id())).await;

        assert_eq!((reply.failure(), reply.physical_id()), (None, "1000002"), "{goes:?}");
        assert!(world.wire.to_eventbridge().len() > 1, "{goes:?}: it was put again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_found_untrusted_late_still_gets_two_minutes() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    let channel = world.create(Function::Channel, &channel).await.physical_id().to_owned();
    world.start(&samples::created(&channel)).await.unwrap();
    world.pass(2).await;
    let slow = CallFault::Stuck(Some(Duration::from_secs(200)));
    world.emulator.inject(Fault::call("StopChannel", slow)).unwrap();
    world.wire.fail("PUT", "/prod/inputs", 5, UNTRUSTED);
    let old = samples::input();
    let new = samples::with(old.clone(), "RoleArn", "arn:aws:iam::111122223333:role/new");

    let reply = world.update(Function::Input, input.physical_id(), (&old, &new)).await;

    assert_eq!(reply.failure(), None);
}

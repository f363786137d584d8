//! MediaLive refuses, throttles, or does not answer.

use std::time::Duration;

use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::times::NO_EFFECT_AFTER;
use lilo_medialive::InputSpec;
use lilo_tests::{CallFault, Calls, Cloud, FOREVER, Fault, Function, PUT_EVENTS, samples};
use tokio::time::Instant;

const INTERNAL: CallFault = CallFault::refused(500, "InternalServerErrorException", "try later");
const THROTTLED: CallFault = CallFault::refused(429, "TooManyRequestsException", "slow down");
const FORBIDDEN: CallFault = CallFault::refused(403, "ForbiddenException", "not authorized");
const UNTRUSTED: CallFault = CallFault::refused(
    400,
    "BadRequestException",
    "Please make sure the role exists and medialive.amazonaws.com is a trusted service",
);
const BUSY: CallFault =
    CallFault::refused(400, "BadRequestException", "Input 1 is busy, it cannot be deleted");

/// More often than the SDK repeats a call by itself.
const A_WHILE: u32 = 10;

#[tokio::test(start_paused = true)]
async fn a_creation_whose_answer_is_lost_makes_one_resource() {
    let cloud = Cloud::default();
    cloud.fail(Calls::to("CreateInput"), A_WHILE, CallFault::CutAfter);

    let reply = cloud.create(Function::Input, &samples::input()).await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, "1000001"));
    assert_eq!(cloud.remaining().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_resource_that_is_not_found_yet_is_waited_for() {
    let cloud = Cloud::default();
    let not_found = CallFault::refused(404, "NotFoundException", "no");
    cloud.fail(Calls::to("DescribeInput"), 2, not_found);
    cloud.fail(Calls::to("DescribeChannel"), 2, not_found);

    let input = cloud.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    let channel = cloud.create(Function::Channel, &channel).await;

    assert_eq!((input.failure(), channel.failure()), (None, None));
}

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried() {
    for fault in [INTERNAL, THROTTLED, CallFault::CutAfter] {
        let cloud = Cloud::default();
        let input = cloud.create(Function::Input, &samples::input()).await;
        cloud.fail(Calls::to_any(&["ListChannels", "DescribeChannel"]), A_WHILE, fault);
        let channel = samples::channel(input.physical_id());
        let channel = cloud.create(Function::Channel, &channel).await;
        assert_eq!(channel.failure(), None);

        cloud.fail(Calls::to("DeleteChannel"), A_WHILE, fault);
        let deleted = cloud.delete(Function::Channel, channel.physical_id()).await;

        assert_eq!(deleted.failure(), None);
        assert_eq!(cloud.remaining().len(), 1, "the input");
    }
}

#[tokio::test(start_paused = true)]
async fn an_input_that_is_busy_by_either_status_is_waited_for() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    cloud.fail(Calls::to("DeleteInput"), 1, BUSY);

    let deleted = cloud.delete(Function::Input, input.physical_id()).await;

    assert_eq!(deleted.failure(), None);
    assert!(cloud.is_empty());
}

#[tokio::test(start_paused = true)]
async fn access_denied_is_never_taken_for_gone() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    cloud.fail(Calls::to_any(&["ListInputs", "DescribeInput"]), FOREVER, FORBIDDEN);

    let deleted = cloud.delete(Function::Input, input.physical_id()).await;

    let reason = deleted.failure().unwrap_or_default();
    assert!(reason.contains("403 ForbiddenException"), "{reason}");
    assert_eq!(cloud.remaining().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_create_made_nothing_and_says_which_quota() {
    let cloud = Cloud::default();
    let quota = "You have reached the maximum number of inputs";
    let refused = CallFault::refused(429, "TooManyRequestsException", quota);
    cloud.fail(Calls::to("CreateInput"), FOREVER, refused);
    let begun = tokio::time::Instant::now();

    let reply = cloud.create(Function::Input, &samples::input()).await;

    let reason = reply.failure().unwrap_or_default();
    assert!(reason.contains(quota) && reason.contains("429"), "{reason}");
    assert!(matches!(PhysicalId::of(reply.physical_id()), PhysicalId::Refused(_)), "{reply:?}");
    assert!(begun.elapsed().as_secs() < 190, "{:?}", begun.elapsed());
    let begun = tokio::time::Instant::now();
    assert_eq!(cloud.delete(Function::Input, reply.physical_id()).await.failure(), None);
    assert!(begun.elapsed().as_secs() < 5, "the Delete need not search: {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_action_without_effect_is_not_repeated_all_the_time() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    // Answered, and not carried out.
    cloud.fail(Calls::to("DeleteInput"), FOREVER, CallFault::refused(200, "", ""));
    let before = cloud.to_medialive().len();

    let deleted = cloud.delete(Function::Input, input.physical_id()).await;

    let reason = deleted.failure().unwrap_or_default();
    assert!(reason.contains("is still DETACHED, although MediaLive accepted"), "{reason}");
    let calls = cloud.to_medialive().len() - before;
    assert!(calls < 100, "{calls} calls before it is given up");
}

#[tokio::test(start_paused = true)]
async fn an_action_without_effect_is_given_up_also_if_it_then_fails() {
    for fault in [CallFault::refused(409, "ConflictException", "busy"), INTERNAL] {
        let cloud = Cloud::default();
        let input = cloud.create(Function::Input, &samples::input()).await;
        cloud.fail(Calls::to("DeleteInput"), 1, CallFault::refused(200, "", ""));
        cloud.fail(Calls::to("DeleteInput"), FOREVER, fault);
        let begun = Instant::now();

        let deleted = cloud.delete(Function::Input, input.physical_id()).await;

        let reason = deleted.failure().unwrap_or_default();
        assert!(reason.contains("is still DETACHED, although MediaLive accepted"), "{reason}");
        assert!(begun.elapsed() < NO_EFFECT_AFTER + Duration::from_secs(30), "{reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_is_read_again_by_itself() {
    let cloud = Cloud::default();
    let person = cloud.person();
    for number in 0..150 {
        let tags = [("Owner".to_owned(), "them".to_owned())].into();
        let sources = ["https://example.com/theirs.mp4"; 2].map(Into::into);
        let role_arn = "arn:aws:iam::111122223333:role/theirs".into();
        let spec = InputSpec { name: "theirs".into(), sources, role_arn, tags };
        person.create_input(&spec, &number.to_string()).await.unwrap();
        cloud.pass(1).await;
    }
    let begun = cloud.to_medialive().len();
    cloud.fail(Calls::to("ListInputs").with("nextToken"), A_WHILE, INTERNAL);

    let deleted = cloud.delete(Function::Input, "lilo-nothing-made-1763805600").await;

    assert_eq!(deleted.failure(), None);
    let lists = cloud.to_medialive().split_off(begun);
    let first = lists.iter().filter(|it| !it.path.contains("nextToken")).count();
    assert_eq!((first, lists.len()), (1, 1 + A_WHILE as usize + 1), "the first page is read once");
}

#[tokio::test(start_paused = true)]
async fn a_search_lists_at_most_every_15_seconds() {
    let cloud = Cloud::default();

    let deleted = cloud.delete(Function::Input, "Dev-Input-1ABC").await;

    assert_eq!(deleted.failure(), None);
    let lists = cloud.to_medialive().len();
    assert!((13..=24).contains(&lists), "{lists} lists in 240 s");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_not_trusted_yet_gets_two_minutes() {
    let cloud = Cloud::default();
    cloud.fail(Calls::to("CreateInput"), 5, UNTRUSTED);
    assert_eq!(cloud.create(Function::Input, &samples::input()).await.failure(), None);

    let cloud = Cloud::default();
    cloud.fail(Calls::to("CreateInput"), FOREVER, UNTRUSTED);
    let begun = tokio::time::Instant::now();
    let reply = cloud.create(Function::Input, &samples::input()).await;

    let reason = reply.failure().unwrap_or_default();
    assert!(reason.contains("is a trusted service"), "{reason}");
    let waited = begun.elapsed().as_secs();
    assert!((110..=120).contains(&waited), "{waited} s");
}

#[tokio::test(start_paused = true)]
async fn long_work_is_handed_on_and_ends_well() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    let half_an_hour = Duration::from_secs(1800);
    cloud.inject(Fault::stuck("CreateChannel", Some(half_an_hour)));
    let begun = tokio::time::Instant::now();

    let reply = cloud.create(Function::Channel, &samples::channel(input.physical_id())).await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, "1000002"));
    assert!(begun.elapsed() >= half_an_hour, "{:?}", begun.elapsed());
    let made = cloud.operations_of("lilo-channel");
    assert!(made.iter().all(|operation| operation == "CreateChannel"), "{made:?}");
    assert_eq!(cloud.remaining().len(), 2, "one input, one channel");
}

#[tokio::test(start_paused = true)]
async fn endless_work_fails_before_cloudformation_gives_up() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    cloud.inject(Fault::stuck("CreateChannel", None));
    let begun = tokio::time::Instant::now();

    let reply = cloud.create(Function::Channel, &samples::channel(input.physical_id())).await;

    let reason = reply.failure().unwrap();
    assert!(reason.contains("channel 1000002 is still CREATING after"), "{reason}");
    assert_eq!(reply.physical_id(), "1000002");
    let took = begun.elapsed().as_secs();
    assert!((3300..3600).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_handed_on_is_answered() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    cloud.inject(Fault::stuck("CreateChannel", None));
    cloud.fail(Calls::to(PUT_EVENTS), FOREVER, FORBIDDEN);

    let reply = cloud.create(Function::Channel, &samples::channel(input.physical_id())).await;

    let reason = reply.failure().unwrap();
    assert!(reason.contains("not handed on to another"), "{reason}");
    assert_eq!(reply.physical_id(), "1000002", "so that the rollback finds it");
}

#[tokio::test(start_paused = true)]
async fn handing_on_is_retried() {
    for fault in [
        CallFault::NotTaken,
        CallFault::refused(400, "ThrottlingException", "slow down"),
        CallFault::refused(500, "InternalException", "injected"),
    ] {
        let cloud = Cloud::default();
        let input = cloud.create(Function::Input, &samples::input()).await;
        cloud.inject(Fault::stuck("CreateChannel", Some(Duration::from_secs(1800))));
        cloud.fail(Calls::to(PUT_EVENTS), 1, fault);

        let reply = cloud.create(Function::Channel, &samples::channel(input.physical_id())).await;

        assert_eq!((reply.failure(), reply.physical_id()), (None, "1000002"), "{fault:?}");
        assert!(cloud.calls_to(PUT_EVENTS).len() > 1, "{fault:?}: it was put again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_found_untrusted_late_still_gets_two_minutes() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    let channel = cloud.create(Function::Channel, &channel).await.physical_id().to_owned();
    cloud.start(&samples::created(&channel)).await.unwrap();
    cloud.pass(2).await;
    cloud.inject(Fault::stuck("StopChannel", Some(Duration::from_secs(200))));
    cloud.fail(Calls::to("UpdateInput"), 5, UNTRUSTED);
    let old = samples::input();
    let new = samples::with(old.clone(), "RoleArn", "arn:aws:iam::111122223333:role/new");

    let reply = cloud.update(Function::Input, input.physical_id(), (&old, &new)).await;

    assert_eq!(reply.failure(), None);
}

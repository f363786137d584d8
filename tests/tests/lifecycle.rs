//! Create and Delete of both resources, from every run state, with the starter around them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::input::InputState;
use lilo_tests::{Function, Goes, World, samples};
use serde_json::json;

/// Input and channel made, without a starter.
async fn made(world: &World) -> (String, String) {
    made_with(world, "AutoStart", "true").await
}

async fn made_with(world: &World, property: &str, value: &str) -> (String, String) {
    let input = world.create(Function::Input, &samples::input()).await;
    assert_eq!(input.failure(), None);
    let channel = samples::with(samples::channel(input.physical_id()), property, value);
    let channel = world.create(Function::Channel, &channel).await;
    assert_eq!(channel.failure(), None);
    (input.physical_id().to_owned(), channel.physical_id().to_owned())
}

async fn state(world: &World, channel: &str) -> ChannelState {
    world.person().describe_channel(channel).await.unwrap().state
}

async fn delete_both(world: &World, (input, channel): &(String, String)) {
    assert_eq!(world.delete(Function::Channel, channel).await.failure(), None);
    assert_eq!(world.delete(Function::Input, input).await.failure(), None);
    assert!(world.emulator.is_empty(), "{:?}", world.emulator.remaining());
}

#[tokio::test(start_paused = true)]
async fn a_created_loop_is_idle_and_answers_with_its_ids_and_arns() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    let channel = world.create(Function::Channel, &channel).await;

    assert_eq!(state(&world, channel.physical_id()).await, ChannelState::Idle);
    for (reply, kind) in [(&input, "input"), (&channel, "channel")] {
        let arn = reply.0["Data"]["Arn"].as_str().unwrap();
        assert!(arn.ends_with(&format!(":{kind}:{}", reply.physical_id())), "{arn}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_starter_may_win_the_race_against_create() {
    let world = World::default();

    let ids = world
        .with_starter(async {
            let ids = made(&world).await;
            world.pass(5).await;
            ids
        })
        .await;

    // MediaLive emits CREATED the moment the channel is IDLE; Create, which looks at most twice a second, sees the
    // channel only after the starter has started it, and succeeds all the same.
    let calls = world.emulator.calls();
    let start = calls.iter().position(|call| call.operation == "StartChannel").unwrap();
    let last_look = calls
        .iter()
        .rposition(|call| {
            call.role.as_deref() == Some("lilo-channel") && call.operation == "DescribeChannel"
        })
        .unwrap();
    assert!(start < last_look, "the starter was first: {start} < {last_look}");
    assert_eq!(
        world.operations_of("lilo-starter"),
        ["StartChannel", "CreateTags", "CreateTags"],
        "started, marked as started, and since when it runs"
    );
    assert_eq!(state(&world, &ids.1).await, ChannelState::Running);
}

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
async fn a_create_that_is_refused_for_minutes_makes_nothing_any_more() {
    let world = World::default();
    let throttled = Goes::Refused(429, "TooManyRequestsException", "slow down");
    world.wire.fail("POST", "/prod/inputs", usize::MAX, throttled);
    let begun = tokio::time::Instant::now();

    let reply = world.create(Function::Input, &samples::input()).await;

    assert!(reply.failure().unwrap().contains("was throttled"), "{reply:?}");
    assert!(begun.elapsed().as_secs() <= 190, "{:?}", begun.elapsed());

    let late = World::default();
    let asked = late.signed_now();
    late.pass(200).await;
    let request = samples::create(Function::Input);
    let reply = late.deliver_as(&asked, Function::Input, &request).await;
    assert!(reply.failure().unwrap().contains("nothing was made within 3 minutes"), "{reply:?}");
    assert!(late.emulator.is_empty());
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
async fn a_create_that_comes_again_is_answered_with_what_there_is_though_its_token_is_forgotten() {
    let world = World::default();
    let request = samples::create(Function::Input);
    let asked = world.signed_now();
    let first = world.deliver_as(&asked, Function::Input, &request).await;
    world.pass(60).await;
    world.wire.fail("POST", "/prod/inputs", 1, Goes::Refused(409, "ConflictException", "in use"));

    let again = world.deliver_as(&asked, Function::Input, &request).await;

    assert_eq!((again.failure(), again.physical_id()), (None, first.physical_id()));
}

#[tokio::test(start_paused = true)]
async fn of_two_deliveries_at_once_the_one_that_meets_a_conflict_finds_what_the_other_made() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    let request = samples::create_with(Function::Channel, &channel);
    let asked = world.signed_now();
    let first = world.deliver_as(&asked, Function::Channel, &request).await;
    let conflict = Goes::Refused(409, "ConflictException", "inputId is already attached");
    world.wire.fail("POST", "/prod/channels", 1, conflict);

    let second = world.deliver_as(&asked, Function::Channel, &request).await;

    assert_eq!((second.failure(), second.physical_id()), (None, first.physical_id()));
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

#[tokio::test(start_paused = true)]
async fn a_create_that_makes_nothing_says_why_and_answers_with_the_marker() {
    let world = World::default();
    for (function, properties, reason) in [
        (
            Function::Input,
            samples::with(samples::input(), "Sources", json!(["http://example.com/a.mp4"])),
            "property Sources: \"http://example.com/a.mp4\" is not encrypted; use https or s3ssl, \
             or set AllowInsecureSource",
        ),
        (
            Function::Channel,
            samples::with(samples::channel("1"), "ChannelClass", "DOUBLE"),
            "property ChannelClass: \"DOUBLE\" is not one of SINGLE_PIPELINE, STANDARD",
        ),
        (
            Function::Channel,
            samples::with(samples::channel("1"), "ChannelClass", "STANDARD"),
            "property Destinations: 1 URLs; a channel of class STANDARD has 2",
        ),
    ] {
        let reply = world.create(function, &properties).await;

        assert_eq!(reply.failure(), Some(reason));
        assert_eq!(reply.physical_id(), "lilo-nothing-made");
    }
    assert!(world.emulator.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_medialive_refuses_is_the_reason_in_its_own_words() {
    let world = World::default();
    let (input, _) = made(&world).await;

    let mut second = samples::channel(&input);
    second["Name"] = "second".into();
    let payload = json!({
        "RequestType": "Create", "RequestId": "other", "StackId": "arn:x:stack/Other/1",
        "ResourceType": "Custom::MediaLiveChannel", "LogicalResourceId": "Channel",
        "ResourceProperties": second,
    });
    let reply = world.deliver(Function::Channel, &payload).await;

    assert!(matches!(PhysicalId::of(reply.physical_id()), PhysicalId::Refused(_)), "{reply:?}");
    let reason = reply.failure().unwrap();
    assert!(reason.contains(&format!("inputId={input} is already attached")), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn the_same_create_delivered_twice_makes_one_channel() {
    let world = World::default();
    let input = world.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());

    let request = samples::create_with(Function::Channel, &channel);
    let asked = world.signed_now();
    let first = world.deliver_as(&asked, Function::Channel, &request).await;
    let second = world.deliver_as(&asked, Function::Channel, &request).await;

    assert_eq!((first.failure(), &first), (None, &second));
    assert_eq!(world.emulator.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_id_that_cloudformation_uses_again_does_not_bring_the_deleted_object_back() {
    let world = World::default();
    let mut request = samples::create(Function::Input);
    let first = world.deliver(Function::Input, &request).await;
    assert_eq!(world.delete(Function::Input, first.physical_id()).await.failure(), None);

    // A retried deployment: the same ids, and a URL that was signed anew.
    request["ResponseURL"] = "https://x/another".into();
    let second = world.deliver(Function::Input, &request).await;

    assert_eq!(second.failure(), None);
    assert_ne!(first.physical_id(), second.physical_id());
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_delivered_once_more_after_its_object_is_gone_makes_nothing() {
    let world = World::default();
    let (asked, request) = (world.signed_now(), samples::create(Function::Input));
    let first = world.deliver_as(&asked, Function::Input, &request).await;
    assert_eq!(world.delete(Function::Input, first.physical_id()).await.failure(), None);

    let late = world.deliver_as(&asked, Function::Input, &request).await;

    assert!(matches!(PhysicalId::of(late.physical_id()), PhysicalId::Perhaps(_)), "{late:?}");
    assert!(
        late.failure()
            .unwrap()
            .contains("was made by a request of the same id before, and is deleted")
    );
    assert!(world.emulator.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_read_is_answered_if_it_says_where_to() {
    let world = World::default();
    let payload = json!({
        "RequestType": "Refresh", "RequestId": "r", "StackId": "arn:x:stack/Dev/1",
        "LogicalResourceId": "Channel", "PhysicalResourceId": "1234567",
    });

    let reply = world.deliver(Function::Channel, &payload).await;

    assert_eq!(reply.physical_id(), "1234567");
    let reason = reply.failure().unwrap();
    assert!(reason.contains("unknown variant `Refresh`"), "{reason}");
}

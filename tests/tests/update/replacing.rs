//! A change between one source and two: another input takes the place of the one that cannot change its class.

use lilo_lifecycle::channel::{ChannelClass, ChannelState};
use lilo_lifecycle::tags::{LOGICAL_ID, REPLACES};
use lilo_tests::{Function, Goes, samples};
use serde_json::{Value, json};

use crate::Made;

/// What a loop of class STANDARD has in place of one source and one destination.
fn two_sources() -> Value {
    json!(["s3ssl://bucket/a.mp4", "s3ssl://bucket/b.mp4"])
}

fn standard(channel: &Value, input: &str) -> Value {
    let two = json!(["rtp://203.0.113.10:5000", "rtp://203.0.113.11:5000"]);
    let channel = samples::with(channel.clone(), "Destinations", two);
    samples::with(samples::with(channel, "ChannelClass", "STANDARD"), "InputId", input)
}

#[tokio::test(start_paused = true)]
async fn a_replaced_input_whose_clean_up_has_failed_goes_with_the_next_update_or_the_delete() {
    for deleted in [false, true] {
        let made = Made::running().await;
        let (world, one) = (&made.world, samples::input());
        let two = samples::with(one.clone(), "Sources", two_sources());
        let up = world.update(Function::Input, &made.input, (&one, &two)).await;
        let new = up.physical_id().to_owned();
        let properties = standard(&made.properties, &new);
        let changes = (&made.properties, &properties);
        let channel = world.update(Function::Channel, &made.channel, changes).await;
        assert_eq!((up.failure(), channel.failure()), (None, None));
        let denied = Goes::Refused(403, "ForbiddenException", "not authorized");
        world.wire.fail("DELETE", "/prod/inputs", 1, denied);
        assert!(world.delete(Function::Input, &made.input).await.failure().is_some());
        assert_eq!(world.emulator.remaining().len(), 3);

        if deleted {
            world.delete(Function::Channel, &made.channel).await;
            assert_eq!(world.delete(Function::Input, &new).await.failure(), None);
            assert!(world.emulator.is_empty());
        } else {
            let renamed = samples::with(two.clone(), "Name", "another");
            let update = world.update(Function::Input, &new, (&two, &renamed)).await;
            assert_eq!(update.failure(), None);
            assert_eq!(world.emulator.remaining().len(), 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_wrong_not_found_does_not_turn_a_replacement_into_an_update_in_place() {
    let made = Made::running().await;
    made.world.wire.fail("GET", "/prod/inputs/", 1, Goes::Refused(404, "NotFoundException", "no"));

    let reply = made.update_input("Sources", two_sources()).await;

    assert!(reply.failure().is_some(), "CloudFormation rolls back");
    assert_eq!(reply.physical_id(), made.input);
    assert_eq!(made.world.emulator.remaining().len(), 2, "the old input and the channel");
    assert_eq!(made.channel().await.state, ChannelState::Running, "nothing was interrupted");
}

#[tokio::test(start_paused = true)]
async fn a_second_source_replaces_the_input_and_the_channel_goes_over_to_it_and_back() {
    let made = Made::running().await;
    let (function, world) = (Function::Channel, &made.world);
    let (one, two) = (samples::input(), samples::with(samples::input(), "Sources", two_sources()));

    // As CloudFormation does it: the input, the channel that refers to it, then what was replaced.
    let up = world.update(Function::Input, &made.input, (&one, &two)).await;
    let new = up.physical_id().to_owned();
    assert_eq!(up.failure(), None);
    assert_ne!(new, made.input);
    let as_standard = standard(&made.properties, &new);
    let channel = world.update(function, &made.channel, (&made.properties, &as_standard)).await;
    assert_eq!((channel.failure(), channel.physical_id()), (None, made.channel.as_str()));
    assert_eq!(world.delete(Function::Input, &made.input).await.failure(), None);

    world.pass(2).await;
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.class), (ChannelState::Running, ChannelClass::Standard));
    let input = world.person().describe_input(&new).await.unwrap();
    assert_eq!(input.attached_channels, [made.channel.as_str()]);
    assert_eq!(input.tags[REPLACES], made.input);
    assert_eq!(world.emulator.remaining().len(), 2);

    let down = world.update(Function::Input, &new, (&two, &one)).await;
    let single = samples::with(made.properties.clone(), "InputId", down.physical_id());
    let channel = world.update(function, &made.channel, (&as_standard, &single)).await;
    assert_eq!((down.failure(), channel.failure()), (None, None));
    assert_eq!(world.delete(Function::Input, &new).await.failure(), None);
    world.pass(2).await;
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.class), (ChannelState::Running, ChannelClass::SinglePipeline));
    assert_eq!(world.emulator.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_rolled_back_replacement_takes_the_old_input_again_whichever_id_it_comes_with() {
    let made = Made::running().await;
    let (one, two) = (samples::input(), samples::with(samples::input(), "Sources", two_sources()));
    let up = made.world.update(Function::Input, &made.input, (&one, &two)).await;

    for id in [up.physical_id(), &made.input] {
        let back = made.world.update(Function::Input, id, (&two, &one)).await;
        assert_eq!((back.failure(), back.physical_id()), (None, made.input.as_str()));
    }
    assert_eq!(made.world.delete(Function::Input, up.physical_id()).await.failure(), None);

    assert_eq!(made.channel().await.state, ChannelState::Running, "nothing was interrupted");
    assert_eq!(made.world.emulator.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_that_fails_leaves_nothing_and_answers_with_the_old_id() {
    let made = Made::running().await;
    let denied = Goes::Refused(403, "ForbiddenException", "not authorized");
    made.world.wire.fail("GET", "/prod/inputs/1000003", 1, denied);

    let reply = made.update_input("Sources", two_sources()).await;

    assert!(reply.failure().unwrap().contains("403 ForbiddenException"));
    assert_eq!(reply.physical_id(), made.input);
    assert_eq!(made.world.emulator.remaining().len(), 2, "the old input and the channel");
}

#[tokio::test(start_paused = true)]
async fn a_replacement_makes_nothing_once_something_else_has_been_asked_for() {
    for deleted in [false, true] {
        let made = Made::idle().await;
        let (world, one) = (&made.world, samples::input());
        let two = samples::with(one.clone(), "Sources", two_sources());
        let throttled = Goes::Refused(429, "TooManyRequestsException", "slow down");
        world.wire.fail("POST", "/prod/inputs", usize::MAX, throttled);
        // A person cancels the update, and may delete the stack then, while it still tries.
        let cancel = async {
            world.pass(60).await;
            let mut back = samples::update(Function::Input, &made.input, (&two, &one));
            back["ResponseURL"] = "https://x/rollback".into();
            assert_eq!(world.deliver(Function::Input, &back).await.failure(), None);
            if deleted {
                world.delete(Function::Channel, &made.channel).await;
                world.delete(Function::Input, &made.input).await;
            }
            world.wire.mend();
        };

        let (replaced, ()) = tokio::join!(made.update_input("Sources", two_sources()), cancel);

        assert!(replaced.failure().unwrap().contains("a later request"), "{replaced:?}");
        let left = if deleted { 0 } else { 2 };
        assert_eq!(world.emulator.remaining().len(), left, "no input that nobody deletes");
    }
}

#[tokio::test(start_paused = true)]
async fn a_replacement_is_known_by_the_input_itself_though_its_tags_are_gone() {
    let made = Made::running().await;
    let arn = made.world.person().describe_input(&made.input).await.unwrap().arn;
    made.world.person_removes_tag(&arn, LOGICAL_ID).await;

    let reply = made.update_input("Sources", two_sources()).await;

    assert_eq!(reply.failure(), None);
    assert_ne!(reply.physical_id(), made.input);
    assert_eq!(made.channel().await.state, ChannelState::Running, "nothing was interrupted");
}

#[tokio::test(start_paused = true)]
async fn what_a_replacement_could_not_take_away_goes_with_the_next_update_or_the_delete() {
    for deleted in [false, true] {
        let made = Made::running().await;
        let denied = Goes::Refused(403, "ForbiddenException", "not authorized");
        made.world.wire.fail("GET", "/prod/inputs/1000003", 1, denied);
        made.world.wire.fail("DELETE", "/prod/inputs", 1, denied);
        let failed = made.update_input("Sources", two_sources()).await;
        assert!(failed.failure().unwrap().contains("made in vain and is left over"));
        assert_eq!(made.world.emulator.remaining().len(), 3);

        if deleted {
            made.world.delete(Function::Channel, &made.channel).await;
            assert_eq!(made.world.delete(Function::Input, &made.input).await.failure(), None);
            assert!(made.world.emulator.is_empty());
        } else {
            let two = samples::with(samples::input(), "Sources", two_sources());
            let back = (&two, &samples::input());
            let rollback = made.world.update(Function::Input, &made.input, back).await;
            assert_eq!(rollback.failure(), None);
            assert_eq!(made.world.emulator.remaining().len(), 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_replacement_that_comes_once_more_and_fails_leaves_the_input_that_plays_by_now() {
    let made = Made::running().await;
    let (world, one) = (&made.world, samples::input());
    let two = samples::with(one.clone(), "Sources", two_sources());
    let request = samples::update(Function::Input, &made.input, (&one, &two));
    let asked = world.signed_now();
    let new = world.deliver_as(&asked, Function::Input, &request).await.physical_id().to_owned();
    let properties = standard(&made.properties, &new);
    world.update(Function::Channel, &made.channel, (&made.properties, &properties)).await;
    let denied = Goes::Refused(403, "ForbiddenException", "not authorized");
    world.wire.fail("GET", format!("/prod/inputs/{new}").leak(), 1, denied);

    let late = world.deliver_as(&asked, Function::Input, &request).await;

    let reason = late.failure().unwrap();
    assert!(reason.contains("403") && !reason.contains("left over"), "{reason}");
    assert_eq!(world.emulator.remaining().len(), 3);
}

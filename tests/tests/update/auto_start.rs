//! AutoStart, turned on and off in an update.

use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::tags::{AUTO_START, RUN_STATE};
use lilo_tests::{Function, Goes, samples};
use serde_json::json;

use crate::Made;

#[tokio::test(start_paused = true)]
async fn auto_start_turned_on_in_an_update_starts_the_channel() {
    let made = Made::with("AutoStart", "false").await;

    let reply = made.update_channel("AutoStart", "true").await;

    assert_eq!(reply.failure(), None);
    assert_eq!(
        made.operations("lilo-channel"),
        ["CreateTags", "CreateTags", "StartChannel", "CreateTags", "DeleteTags"]
    );
    let tags = made.channel().await.tags;
    assert_eq!((tags[AUTO_START].as_str(), tags.get(RUN_STATE)), ("done", None));
}

#[tokio::test(start_paused = true)]
async fn the_rollback_of_a_start_by_auto_start_stops_the_channel_again() {
    for failing in ["POST", "DELETE"] {
        let made = Made::with("AutoStart", "false").await;
        let (channel, world) = (&made.channel, &made.world);
        let on = samples::with(made.properties.clone(), "AutoStart", "true");
        // Of the calls for tags, the last: the channel has been started by then.
        if failing == "POST" {
            world.wire.fail("POST", "/prod/tags", 2, Goes::Well);
        }
        let denied = Goes::Refused(403, "ForbiddenException", "not authorized");
        world.wire.fail(failing, "/prod/tags", 1, denied);
        let failed = world.update(Function::Channel, channel, (&made.properties, &on)).await;
        assert!(failed.failure().is_some());
        assert_ne!(made.channel().await.state, ChannelState::Idle, "it was started");

        let back = world.update(Function::Channel, channel, (&on, &made.properties)).await;

        assert_eq!(back.failure(), None);
        let seen = made.channel().await;
        assert_eq!((seen.state, seen.tags.get(RUN_STATE)), (ChannelState::Idle, None));
        assert_eq!(seen.tags[AUTO_START], "false", "it can be turned on again");
    }
}

#[tokio::test(start_paused = true)]
async fn the_rollback_undoes_a_start_by_auto_start_though_the_input_comes_before_the_channel() {
    let made = Made::with("AutoStart", "false").await;
    let (world, original) = (&made.world, samples::input());
    let other = json!(["s3ssl://bucket/other.mp4"]);
    let source = samples::with(original.clone(), "Sources", other.clone());
    assert_eq!(made.update_input("Sources", other).await.failure(), None);
    let on = samples::with(made.properties.clone(), "AutoStart", "true");
    world.wire.fail("POST", "/prod/tags", 2, Goes::Well);
    let denied = Goes::Refused(403, "ForbiddenException", "not authorized");
    world.wire.fail("POST", "/prod/tags", 1, denied);
    let failed = world.update(Function::Channel, &made.channel, (&made.properties, &on)).await;
    assert!(failed.failure().is_some());
    assert_ne!(made.channel().await.state, ChannelState::Idle, "it was started");

    let input = world.update(Function::Input, &made.input, (&source, &original)).await;
    let channel = world.update(Function::Channel, &made.channel, (&on, &made.properties)).await;

    assert_eq!((input.failure(), channel.failure()), (None, None));
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.tags.get(RUN_STATE)), (ChannelState::Idle, None));
}

#[tokio::test(start_paused = true)]
async fn auto_start_turned_off_and_on_again_does_not_start_what_a_person_stopped() {
    let made = Made::running().await;
    made.world.person().stop_channel(&made.channel).await.unwrap();
    made.world.pass(2).await;
    assert_eq!(made.update_channel("AutoStart", "false").await.failure(), None);
    made.world.pass(2).await;

    // As its rollback does, when another resource of the stack has failed.
    let off = samples::with(made.properties.clone(), "AutoStart", "false");
    let on = (&off, &made.properties);
    let back = made.world.update(Function::Channel, &made.channel, on).await;

    assert_eq!(back.failure(), None);
    made.world.start(&samples::sweep()).await.unwrap();
    made.world.pass(2).await;
    assert_eq!(made.channel().await.state, ChannelState::Idle);
}

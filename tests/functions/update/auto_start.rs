//! AutoStart, turned on and off in an update: it sets a tag, and the sweep starts the channel.

use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::tags::AUTO_START;
use lilo_tests::{Function, Made, samples};

#[tokio::test(start_paused = true)]
async fn auto_start_turned_on_in_an_update_waits_for_the_sweep() {
    let made = Made::with(&[("AutoStart", "false")]).await;

    let reply = made.update_channel("AutoStart", "true").await;

    assert_eq!(reply.failure(), None);
    assert_eq!(made.operations("lilo-channel"), ["CreateTags", "CreateTags"]);
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.tags[AUTO_START].as_str()), (ChannelState::Idle, "true"));
    made.cloud.start(&samples::sweep()).await.unwrap();
    made.cloud.pass(2).await;
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.tags[AUTO_START].as_str()), (ChannelState::Running, "done"));
}

#[tokio::test(start_paused = true)]
async fn the_rollback_of_auto_start_starts_nothing() {
    let made = Made::with(&[("AutoStart", "false")]).await;
    let on = samples::with(made.channel_properties.clone(), "AutoStart", "true");
    assert_eq!(made.update_channel("AutoStart", "true").await.failure(), None);

    let back = (&on, &made.channel_properties);
    let back = made.cloud.update(Function::Channel, &made.channel, back).await;

    assert_eq!(back.failure(), None);
    made.cloud.start(&samples::sweep()).await.unwrap();
    made.cloud.pass(2).await;
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.tags[AUTO_START].as_str()), (ChannelState::Idle, "false"));
}

#[tokio::test(start_paused = true)]
async fn auto_start_turned_on_does_not_start_a_running_channel_later() {
    let made = Made::with(&[("AutoStart", "false")]).await;
    made.cloud.person().start_channel(&made.channel).await.unwrap();
    made.cloud.pass(2).await;

    assert_eq!(made.update_channel("AutoStart", "true").await.failure(), None);
    made.cloud.person().stop_channel(&made.channel).await.unwrap();
    made.cloud.pass(2).await;
    made.cloud.start(&samples::sweep()).await.unwrap();

    assert_eq!(made.channel().await.state, ChannelState::Idle, "a person stopped it");
}

#[tokio::test(start_paused = true)]
async fn auto_start_off_and_on_does_not_start_a_stopped_channel() {
    let made = Made::running().await;
    made.cloud.person().stop_channel(&made.channel).await.unwrap();
    made.cloud.pass(2).await;
    assert_eq!(made.update_channel("AutoStart", "false").await.failure(), None);
    made.cloud.pass(2).await;

    // As its rollback does, when another resource of the stack has failed.
    let off = samples::with(made.channel_properties.clone(), "AutoStart", "false");
    let on = (&off, &made.channel_properties);
    let back = made.cloud.update(Function::Channel, &made.channel, on).await;

    assert_eq!(back.failure(), None);
    made.cloud.start(&samples::sweep()).await.unwrap();
    made.cloud.pass(2).await;
    assert_eq!(made.channel().await.state, ChannelState::Idle);
}

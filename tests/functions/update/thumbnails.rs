//! Thumbnails, which the stacks of earlier versions do not mention.

use lilo_lifecycle::channel::ChannelState;
use lilo_tests::{Function, Made, samples};

#[tokio::test(start_paused = true)]
async fn disabled_thumbnails_do_not_interrupt_an_older_channel() {
    let mut made = Made::running().await;
    let new = made.channel_properties.clone();
    assert_eq!(new["Thumbnails"], "DISABLED");
    made.channel_properties.as_object_mut().unwrap().remove("Thumbnails");
    let old = &made.channel_properties;

    let reply = made.cloud.update(Function::Channel, &made.channel, (old, &new)).await;

    assert_eq!(reply.failure(), None);
    assert_eq!(made.channel().await.state, ChannelState::Running);
    let operations = made.operations("lilo-channel");
    assert!(!operations.iter().any(|it| it == "StopChannel" || it == "UpdateChannel"));
}

#[tokio::test(start_paused = true)]
async fn thumbnails_are_sent_as_the_property_says() {
    let made = Made::running().await;
    let created = made.cloud.calls_to("CreateChannel")[0].json();
    let state = |sent: &serde_json::Value| {
        sent["encoderSettings"]["thumbnailConfiguration"]["state"].clone()
    };
    assert_eq!(state(&created), "DISABLED");

    let reply = made.update_channel("Thumbnails", "AUTO").await;

    assert_eq!(reply.failure(), None);
    let updated = made.cloud.calls_to("UpdateChannel").pop().unwrap().json();
    assert_eq!(state(&updated), "AUTO");
    let unknown = samples::with(samples::channel("1000001"), "Thumbnails", "ALWAYS");
    let refused = made.cloud.create(Function::Channel, &unknown).await;
    let reason = "property Thumbnails: \"ALWAYS\" is not one of AUTO, DISABLED";
    assert_eq!(refused.failure(), Some(reason));
}

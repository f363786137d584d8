//! An Update, its rollback, and deliveries of either that meet.

use std::time::Duration;

use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::tags::{AUTO_START, AutoStart, RUN_STATE, SETTINGS, Tags};
use lilo_tests::{Fault, Function, Made, samples};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_cancelled_update_does_not_come_after_its_rollback() {
    let made = Made::running().await;
    let (function, cloud) = (Function::Channel, &made.cloud);
    cloud.inject(Fault::stuck("StopChannel", Some(Duration::from_secs(300))));
    cloud.person().stop_channel(&made.channel).await.unwrap();
    let new = samples::with(made.channel_properties.clone(), "VideoBitrate", "5000000");
    let request = |from, to, url: &str| {
        let mut request = samples::update(function, &made.channel, (from, to));
        request["ResponseURL"] = format!("https://x/{url}").into();
        request
    };
    let update = request(&made.channel_properties, &new, "cancelled");
    let back = request(&new, &made.channel_properties, "rollback");
    let rollback = async {
        cloud.pass(60).await;
        cloud.deliver(function, &back).await
    };

    let (cancelled, rollback) = tokio::join!(cloud.deliver(function, &update), rollback);

    assert_eq!(rollback.failure(), None);
    assert!(cancelled.failure().unwrap().contains("a later request"), "{cancelled:?}");
    assert!(!made.operations("lilo-channel").contains(&"UpdateChannel".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_not_noted_yet_does_not_disturb_an_update() {
    for function in [Function::Input, Function::Channel] {
        disturbed_by_the_starter(function).await;
    }
}

async fn disturbed_by_the_starter(function: Function) {
    let made = Made::running().await;
    let cloud = &made.cloud;
    let wanted = Tags::from([(AUTO_START.to_owned(), AutoStart::True.to_string())]);
    let channel = cloud.person().describe_channel(&made.channel).await.unwrap();
    cloud.person().tag_channel(&channel, &(wanted, Vec::new())).await.unwrap();
    let event = samples::created(&made.channel);
    let before = cloud.operations_of("lilo-starter").len();
    let starter = async {
        let is_idle = || cloud.channels().iter().any(|channel| channel["state"] == "IDLE");
        for _ in 0..1000 {
            if is_idle() {
                return cloud.start(&event).await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was not stopped");
    };

    let update = async {
        match function {
            Function::Input => {
                let old = &made.input_properties;
                let sources = json!(["https://example.com/other.mp4"]);
                let new = samples::with(old.clone(), "Sources", sources);
                cloud.update(function, &made.input, (old, &new)).await
            }
            Function::Channel => made.update_channel("VideoBitrate", "5000000").await,
        }
    };

    let (updated, ()) = tokio::join!(update, starter);

    assert_eq!(updated.failure(), None);
    let stops = cloud.calls_to("StopChannel");
    assert_eq!(stops.len(), 1, "{function:?}");
    let starters = cloud.operations_of("lilo-starter").split_off(before);
    assert!(!starters.contains(&"StartChannel".to_owned()), "{starters:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_at_any_moment_leaves_the_channel_as_it_was() {
    for milliseconds in (0..6000).step_by(100) {
        let made = Made::running().await;
        let (function, cloud) = (Function::Channel, &made.cloud);
        let before = made.channel().await;
        let new = samples::with(made.channel_properties.clone(), "VideoBitrate", "5000000");
        // Every call takes its time, so that the two requests meet between any two calls.
        cloud.slow_down(Duration::from_millis(400));
        let request = |from, to, url: &str| {
            let mut request = samples::update(function, &made.channel, (from, to));
            request["ResponseURL"] = format!("https://x/{url}").into();
            request
        };
        let update = request(&made.channel_properties, &new, "update");
        let back = request(&new, &made.channel_properties, "rollback");
        let asked = cloud.signed_now();
        let rollback = async {
            cloud.pass(1).await;
            let signed = cloud.signed_now();
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            cloud.deliver_as(&signed, function, &back).await
        };

        let (_, rollback) = tokio::join!(cloud.deliver_as(&asked, function, &update), rollback);

        assert_eq!(rollback.failure(), None, "{milliseconds} ms");
        cloud.slow_down(Duration::ZERO);
        cloud.pass(5).await;
        let seen = made.channel().await;
        assert_eq!(seen.state, ChannelState::Running, "{milliseconds} ms");
        assert_eq!(seen.tags[SETTINGS], before.tags[SETTINGS], "{milliseconds} ms");
        assert!(!seen.tags.contains_key(RUN_STATE), "{milliseconds} ms");
        let sent = cloud.to_medialive();
        let last = sent.iter().rfind(|it| it.method == "PUT" && it.json()["dryRun"] != true);
        let bitrate = last.map(|it| {
            it.json()["encoderSettings"]["videoDescriptions"][0]["codecSettings"]["h264Settings"]
                    ["bitrate"]
                    .clone()
        });
        assert_ne!(bitrate, Some(json!(5_000_000)), "{milliseconds} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_that_is_delivered_twice_interrupts_once() {
    let made = Made::running().await;
    let new = samples::with(made.channel_properties.clone(), "VideoBitrate", "5000000");
    let request =
        samples::update(Function::Channel, &made.channel, (&made.channel_properties, &new));
    let first = made.cloud.deliver(Function::Channel, &request).await;
    made.cloud.pass(2).await;

    let again = made.cloud.deliver(Function::Channel, &request).await;

    assert_eq!((first.failure(), &first), (None, &again));
    let operations = made.operations("lilo-channel");
    let stops = operations.iter().filter(|operation| *operation == "StopChannel");
    assert_eq!(stops.count(), 1, "{operations:?}");
}

#[tokio::test(start_paused = true)]
async fn an_older_update_that_comes_once_more_changes_nothing() {
    let made = Made::running().await;
    let (function, cloud) = (Function::Channel, &made.cloud);
    let new = samples::with(made.channel_properties.clone(), "VideoBitrate", "5000000");
    let older = samples::update(function, &made.channel, (&made.channel_properties, &new));
    let asked = cloud.signed_now();
    assert_eq!(cloud.deliver_as(&asked, function, &older).await.failure(), None);
    cloud.pass(60).await;
    let back = cloud.update(function, &made.channel, (&new, &made.channel_properties)).await;
    assert_eq!(back.failure(), None);
    cloud.pass(2).await;
    let before = made.operations("lilo-channel").len();

    let late = cloud.deliver_as(&asked, function, &older).await;

    assert!(late.failure().unwrap().contains("a later request"), "{late:?}");
    assert_eq!(made.operations("lilo-channel").len(), before);
    assert_eq!(made.channel().await.state, ChannelState::Running);
}

//! The starter: one start of a channel that wants it, whatever events come.

use std::time::Duration;

use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::tags::{AUTO_START, RUNNING_SINCE, STACK_ID};
use lilo_tests::{CallFault, Calls, Cloud, FOREVER, Fault, Function, Made, samples};
use serde_json::json;

async fn channel(cloud: &Cloud, auto_start: &str) -> String {
    channel_of(cloud, "Dev", auto_start).await
}

async fn channel_of(cloud: &Cloud, stack: &str, auto_start: &str) -> String {
    Made::make(cloud, Some(stack), &[], &[("AutoStart", auto_start)]).await.channel
}

async fn state(cloud: &Cloud, channel: &str) -> ChannelState {
    cloud.person().describe_channel(channel).await.unwrap().state
}

#[tokio::test(start_paused = true)]
async fn a_created_channel_is_started_and_marked_done() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;

    cloud.start(&samples::created(&channel)).await.unwrap();

    let seen = cloud.person().describe_channel(&channel).await.unwrap();
    assert_eq!(seen.state, ChannelState::Starting);
    assert_eq!(seen.tags[AUTO_START], "done");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_not_to_start_is_left_alone() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "false").await;

    cloud.start(&samples::created(&channel)).await.unwrap();

    assert_eq!(state(&cloud, &channel).await, ChannelState::Idle);
    assert!(cloud.operations_of("lilo-starter").is_empty());
}

#[tokio::test(start_paused = true)]
async fn starter_ignores_a_foreign_channel_with_the_start_tag() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;
    let arn = cloud.person().describe_channel(&channel).await.unwrap().arn;
    cloud.person_removes_tag(&arn, STACK_ID).await;

    cloud.start(&samples::created(&channel)).await.unwrap();

    assert_eq!(state(&cloud, &channel).await, ChannelState::Idle);
    assert!(cloud.operations_of("lilo-starter").is_empty());
}

#[tokio::test(start_paused = true)]
async fn repeated_events_start_it_once() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;
    let event = samples::created(&channel);

    let (first, second) = tokio::join!(cloud.start(&event), cloud.start(&event));
    first.unwrap();
    second.unwrap();
    cloud.start(&event).await.unwrap();

    let calls = cloud.calls();
    let started =
        calls.iter().filter(|call| call.operation == "StartChannel" && call.status == 200);
    assert_eq!(started.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn late_event_does_not_restart_a_manually_stopped_channel() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;
    cloud.start(&samples::created(&channel)).await.unwrap();
    cloud.pass(2).await;
    cloud.person().stop_channel(&channel).await.unwrap();
    cloud.pass(2).await;

    cloud.start(&samples::created(&channel)).await.unwrap();

    assert_eq!(state(&cloud, &channel).await, ChannelState::Idle);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_a_person_started_is_only_marked() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;
    cloud.person().start_channel(&channel).await.unwrap();
    cloud.pass(2).await;

    cloud.start(&samples::running(&channel)).await.unwrap();

    assert_eq!(
        cloud.operations_of("lilo-starter"),
        ["CreateTags", "CreateTags"],
        "that it was started, and since when it runs"
    );
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_channel_that_is_gone_changes_nothing() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;
    let mut delete = samples::delete(Function::Channel);
    delete["StackId"] = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Dev/0".into();
    delete["PhysicalResourceId"] = channel.clone().into();
    assert_eq!(cloud.deliver(Function::Channel, &delete).await.failure(), None);

    for id in [channel.as_str(), "9999999"] {
        cloud.start(&samples::created(id)).await.unwrap();
    }

    assert!(cloud.operations_of("lilo-starter").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_still_creating_is_waited_for() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    let properties = samples::channel(input.physical_id());
    let early = async {
        cloud.pass(0).await;
        // The id that the emulator gives next.
        cloud.start(&samples::created("1000002")).await
    };

    let (reply, started) = tokio::join!(cloud.create(Function::Channel, &properties), early);

    assert_eq!((reply.failure(), reply.physical_id()), (None, "1000002"));
    started.unwrap();
    assert_eq!(cloud.operations_of("lilo-starter"), ["StartChannel", "CreateTags"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_no_state_change_is_an_error_that_says_so() {
    let cloud = Cloud::default();

    let error = cloud.start(&json!({"detail": {"x": 1}})).await.unwrap_err();

    assert!(error.starts_with("the event is not a MediaLive channel state change"));
}

#[tokio::test(start_paused = true)]
async fn the_sweep_starts_a_channel_whose_event_was_lost_once() {
    let cloud = Cloud::default();
    let created = channel(&cloud, "true").await;

    let (sweep, event) = (samples::sweep(), samples::created(&created));
    let (swept, started) = tokio::join!(cloud.start(&sweep), cloud.start(&event));
    swept.unwrap();
    started.unwrap();
    cloud.pass(2).await;
    cloud.start(&sweep).await.unwrap();

    assert_eq!(state(&cloud, &created).await, ChannelState::Running);
    let calls = cloud.calls();
    let starts = calls.iter().filter(|call| call.operation == "StartChannel" && call.status == 200);
    assert_eq!(starts.count(), 1);
    let tags = cloud.person().describe_channel(&created).await.unwrap().tags;
    assert_eq!(tags[AUTO_START], "done");
}

#[tokio::test(start_paused = true)]
async fn sweep_ignores_manually_stopped_and_foreign_channels() {
    let cloud = Cloud::default();
    let stopped = channel(&cloud, "true").await;
    cloud.start(&samples::created(&stopped)).await.unwrap();
    cloud.pass(2).await;
    cloud.person().stop_channel(&stopped).await.unwrap();
    cloud.pass(2).await;
    let foreign = channel_of(&cloud, "theirs", "true").await;
    assert_ne!(stopped, foreign);
    let arn = cloud.person().describe_channel(&foreign).await.unwrap().arn;
    cloud.person_removes_tag(&arn, STACK_ID).await;

    cloud.start(&samples::sweep()).await.unwrap();
    cloud.pass(2).await;

    for channel in [stopped, foreign] {
        assert_eq!(state(&cloud, &channel).await, ChannelState::Idle);
    }
}

#[tokio::test(start_paused = true)]
async fn one_failing_channel_does_not_fail_the_sweep() {
    let cloud = Cloud::default();
    let (bad, good) = (channel(&cloud, "true").await, channel_of(&cloud, "two", "true").await);
    cloud.fail(Calls::to("StartChannel"), 1, CallFault::refused(403, "ForbiddenException", "no"));

    cloud.start(&samples::sweep()).await.expect("no alarm for one channel");
    cloud.pass(2).await;

    let states = [state(&cloud, &bad).await, state(&cloud, &good).await];
    assert!(states.contains(&ChannelState::Idle) && states.contains(&ChannelState::Running));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_leaves_nothing_that_it_showed() {
    for fault in [
        CallFault::refused(403, "ForbiddenException", "no"),
        CallFault::refused(500, "InternalServerErrorException", "no"),
    ] {
        let cloud = Cloud::default();
        let first = channel(&cloud, "true").await;
        let second = channel_of(&cloud, "two", "true").await;
        cloud.limit_pages(1);
        cloud.inject(Fault::always(Calls::to("ListChannels").with("nextToken"), fault));

        cloud.start(&samples::sweep()).await.expect_err("the second page cannot be read");
        cloud.pass(2).await;

        let states = [state(&cloud, &first).await, state(&cloud, &second).await];
        assert!(states.contains(&ChannelState::Idle) && states.contains(&ChannelState::Running));
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_takes_too_long_leaves_nothing_that_it_showed() {
    let cloud = Cloud::default();
    for number in 0..50 {
        channel_of(&cloud, &number.to_string(), "true").await;
    }
    cloud.limit_pages(1);
    cloud.slow_down(Duration::from_secs(5));

    let error = cloud.start(&samples::sweep()).await.unwrap_err();

    assert!(error.contains("MediaLive has not answered about all channels in time"), "{error}");
    // Three quarters of 290 s, and a start in the rest.
    assert_eq!(cloud.calls_to("ListChannels").len(), 44);
    assert!(cloud.calls_to("StartChannel").len() >= 3);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_can_do_nothing_fails() {
    let cloud = Cloud::default();
    let _both = (channel(&cloud, "true").await, channel_of(&cloud, "two", "true").await);
    let denied = CallFault::refused(403, "ForbiddenException", "no");
    cloud.fail(Calls::to("StartChannel"), 2, denied);

    let error = cloud.start(&samples::sweep()).await.unwrap_err();

    assert!(error.contains("403 ForbiddenException"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_event_from_the_future_or_the_past_stops_nothing_early() {
    for time in ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z"] {
        for event in [samples::running as fn(&str) -> serde_json::Value, samples::stopped] {
            let cloud = Cloud::default();
            let (channel, running) = limited(&cloud).await;
            cloud.start(&running).await.unwrap();
            cloud.pass(3 * 3600).await;

            cloud.start(&samples::with(event(&channel), "time", time)).await.unwrap();

            assert_eq!(state(&cloud, &channel).await, ChannelState::Running, "{time}");
            cloud.pass(4 * 3600).await;
            cloud.start(&samples::sweep()).await.unwrap();
            cloud.pass(2).await;
            assert_eq!(state(&cloud, &channel).await, ChannelState::Idle, "{time}: not for ever");
        }
    }
}

/// A running channel with StopAfterHours 4, and the RUNNING event that says so.
async fn limited(cloud: &Cloud) -> (String, serde_json::Value) {
    let made = Made::make(cloud, None, &[], &[("StopAfterHours", "4")]).await.started().await;
    let running = cloud.at_now(samples::running(&made.channel));
    (made.channel, running)
}

#[tokio::test(start_paused = true)]
async fn a_channel_stops_after_its_hours_and_not_before() {
    let cloud = Cloud::default();
    let (channel, running) = limited(&cloud).await;
    cloud.start(&running).await.unwrap();

    cloud.pass(4 * 3600 - 60).await;
    cloud.start(&samples::sweep()).await.unwrap();
    assert_eq!(state(&cloud, &channel).await, ChannelState::Running);
    cloud.pass(60).await;
    cloud.start(&samples::sweep()).await.unwrap();
    cloud.pass(2).await;

    let seen = cloud.person().describe_channel(&channel).await.unwrap();
    assert_eq!(seen.state, ChannelState::Idle);
    assert!(!seen.tags.contains_key(RUNNING_SINCE));
}

#[tokio::test(start_paused = true)]
async fn a_start_by_hand_begins_the_hours_anew() {
    let cloud = Cloud::default();
    let (channel, running) = limited(&cloud).await;
    cloud.start(&running).await.unwrap();
    cloud.pass(3 * 3600).await;
    cloud.person().stop_channel(&channel).await.unwrap();
    cloud.pass(2).await;
    cloud.start(&cloud.at_now(samples::stopped(&channel))).await.unwrap();
    cloud.person().start_channel(&channel).await.unwrap();
    cloud.pass(2).await;
    cloud.start(&cloud.at_now(samples::running(&channel))).await.unwrap();

    cloud.pass(3 * 3600).await;
    cloud.start(&samples::sweep()).await.unwrap();
    cloud.pass(2).await;

    assert_eq!(state(&cloud, &channel).await, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn a_restart_begins_the_hours_anew_however_late_the_events() {
    // How long the STOPPED event takes: the channel is STARTING again, or RUNNING.
    for late in [0, 5] {
        let cloud = Cloud::default();
        let (channel, running) = limited(&cloud).await;
        cloud.start(&running).await.unwrap();
        cloud.pass(4 * 3600 - 60).await;
        cloud.person().stop_channel(&channel).await.unwrap();
        cloud.pass(2).await;
        let stopped = cloud.at_now(samples::stopped(&channel));
        cloud.person().start_channel(&channel).await.unwrap();
        cloud.pass(late).await;
        cloud.start(&stopped).await.unwrap();
        cloud.pass(2).await;
        cloud.start(&cloud.at_now(samples::running(&channel))).await.unwrap();

        cloud.pass(300).await;
        cloud.start(&samples::sweep()).await.unwrap();
        cloud.pass(2).await;

        assert_eq!(state(&cloud, &channel).await, ChannelState::Running, "{late} s late");
        cloud.pass(4 * 3600 - 300).await;
        cloud.start(&samples::sweep()).await.unwrap();
        cloud.pass(2).await;
        assert_eq!(state(&cloud, &channel).await, ChannelState::Idle, "{late} s late");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_takes_three_calls() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;
    let before = cloud.calls().len();

    cloud.start(&samples::created(&channel)).await.unwrap();

    let calls = cloud.calls().split_off(before);
    let calls: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(calls, ["DescribeChannel", "StartChannel", "CreateTags"]);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_stops_before_it_starts() {
    // It begins anywhere, so one time says little.
    for _ in 0..5 {
        let cloud = Cloud::default();
        let (_due, running) = limited(&cloud).await;
        cloud.start(&running).await.unwrap();
        for stack in ["one", "two", "three", "four", "five", "six"] {
            channel_of(&cloud, stack, "true").await;
        }
        cloud.pass(4 * 3600).await;
        let before = cloud.operations_of("lilo-starter").len();

        cloud.start(&samples::sweep()).await.unwrap();

        let done = cloud.operations_of("lilo-starter").split_off(before);
        assert_eq!(done.iter().filter(|it| *it == "StartChannel").count(), 6, "{done:?}");
        assert_eq!(done[0], "StopChannel", "{done:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_start_is_left_to_the_next_sweep() {
    let cloud = Cloud::default();
    let channel = channel(&cloud, "true").await;
    let before = cloud.to_medialive().len();
    let throttled = CallFault::refused(429, "TooManyRequestsException", "slow down");
    cloud.fail(Calls::to("DescribeChannel"), FOREVER, throttled);

    // Lambda does not try again.
    cloud.start(&samples::created(&channel)).await.unwrap();
    let calls = cloud.to_medialive().len() - before;
    // No sweep knows when it stopped.
    cloud.start(&samples::stopped(&channel)).await.unwrap_err();
    cloud.clear_faults();
    cloud.start(&samples::sweep()).await.unwrap();

    assert!((2..8).contains(&calls), "{calls} calls");
    assert_eq!(state(&cloud, &channel).await, ChannelState::Starting);
}

#[tokio::test(start_paused = true)]
async fn a_lost_running_event_delays_the_stop_by_one_sweep() {
    let cloud = Cloud::default();
    let (channel, _lost) = limited(&cloud).await;

    cloud.start(&samples::sweep()).await.unwrap();
    cloud.pass(4 * 3600).await;
    cloud.start(&samples::sweep()).await.unwrap();
    cloud.pass(2).await;

    assert_eq!(state(&cloud, &channel).await, ChannelState::Idle);
}

//! Update of both resources: in place, with as little interruption as it takes, back to the run
//! state it had.

mod auto_start;
mod requests_that_meet;
mod thumbnails;

use std::time::Duration;

use lilo_lifecycle::channel::{ChannelClass, ChannelState};
use lilo_lifecycle::tags::{AUTO_START, RUN_STATE, RUNNING_SINCE, SETTINGS, STOP_AFTER_HOURS};
use lilo_tests::{Call, CallFault, Calls, Fault, Function, Made, samples};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn an_update_of_a_running_channel_stops_and_restarts_it() {
    let made = Made::running().await;

    let reply = made.update_channel("VideoBitrate", "5000000").await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, made.channel.as_str()));
    assert_eq!(
        made.operations("lilo-channel"),
        [
            "CreateTags",    // when it was requested
            "UpdateChannel", // a dry run
            "CreateTags",    // that it ran, and that its settings change
            "StopChannel",
            "UpdateChannel",
            "CreateTags", // which settings it has
            "StartChannel",
            "DeleteTags",
        ]
    );
    let seen = made.channel().await;
    assert!(matches!(seen.state, ChannelState::Starting | ChannelState::Running));
    assert!(!seen.tags.contains_key(RUN_STATE));
    let sent = made.cloud.to_medialive();
    let sent = sent.iter().rfind(|call| call.method == "PUT").unwrap().json();
    let h264 = &sent["encoderSettings"]["videoDescriptions"][0]["codecSettings"];
    assert_eq!(h264["h264Settings"]["bitrate"], 5_000_000);
    assert!(sent["roleArn"].is_string(), "left out, the role would be taken away");
}

#[tokio::test(start_paused = true)]
async fn update_leaves_a_manually_stopped_channel_stopped() {
    let made = Made::running().await;
    made.cloud.person().stop_channel(&made.channel).await.unwrap();
    made.cloud.pass(2).await;

    let reply = made.update_channel("LogLevel", "ERROR").await;

    assert_eq!(reply.failure(), None);
    let [claimed, dry_run, marked, updated, fingerprint] =
        made.operations("lilo-channel").try_into().unwrap();
    assert_eq!([dry_run, updated], ["UpdateChannel"; 2]);
    assert_eq!([claimed, marked, fingerprint], ["CreateTags"; 3]);
    assert_eq!(made.channel().await.state, ChannelState::Idle);
}

#[tokio::test(start_paused = true)]
async fn tags_and_auto_start_do_not_interrupt() {
    let made = Made::running().await;

    let tags = made.update_channel("Tags", json!({"Owner": "Sport"})).await;
    let auto_start = made.update_channel("AutoStart", "false").await;

    assert_eq!((tags.failure(), auto_start.failure()), (None, None));
    assert!(made.operations("lilo-channel").iter().all(|operation| operation == "CreateTags"));
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.tags[AUTO_START].as_str()), (ChannelState::Running, "done"));
}

const WRITING: [&str; 8] = [
    "UpdateChannel",
    "StopChannel",
    "StartChannel",
    "CreateTags",
    "DeleteTags",
    "UpdateInput",
    "DeleteChannel",
    "DeleteInput",
];

/// What an update and a delete of a running loop call when this operation fails twice so.
async fn calls_with(operation: &'static str, fault: CallFault) -> Vec<Call> {
    let made = Made::running().await;
    let begun = made.cloud.to_medialive().len();
    made.cloud.fail(Calls::to(operation), 2, fault);

    let channel = made.update_channel("VideoBitrate", "5000000").await;
    let input = made.update_input("Sources", json!(["s3ssl://bucket/other.mp4"])).await;
    let gone = made.cloud.delete(Function::Channel, &made.channel).await;
    let gone_too = made.cloud.delete(Function::Input, &made.input).await;

    for reply in [channel, input, gone, gone_too] {
        assert_eq!(reply.failure(), None, "{operation}");
    }
    let sent = made.cloud.to_medialive().split_off(begun);
    let hit = sent.iter().filter(|it| it.operation == operation);
    assert!(hit.count() > 2, "{operation} failed twice");
    sent
}

/// A person may have started, stopped or changed the channel since an older look.
#[tokio::test(start_paused = true)]
async fn a_throttled_function_writes_only_right_after_a_look() {
    let throttled = CallFault::refused(429, "TooManyRequestsException", "slow down");
    for operation in WRITING.into_iter().chain(["DescribeChannel", "DescribeInput"]) {
        let sent = calls_with(operation, throttled).await;

        let gaps = sent.windows(2).filter(|pair| pair[0].at + Duration::from_secs(3) < pair[1].at);
        assert!(gaps.count() >= 2, "{operation}: nothing waited for its turn");
        for pair in sent.windows(2) {
            let [before, call] = pair else { unreachable!("two") };
            let reads = call.method == "GET";
            assert!(reads || before.at == call.at, "{operation}: {before:?}, {call:?}");
            let repeated = (&before.method, &before.path) == (&call.method, &call.path);
            assert!(reads || !repeated, "{operation}: {before:?}, {call:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_writing_call_is_not_repeated_before_a_look() {
    let failed = CallFault::refused(500, "InternalServerErrorException", "no");
    for operation in WRITING {
        let sent = calls_with(operation, failed).await;

        for pair in sent.windows(2) {
            let [first, then] = pair else { unreachable!("two") };
            let repeated = (&first.method, &first.path) == (&then.method, &then.path);
            assert!(first.method == "GET" || !repeated, "{operation}: {first:?}, {then:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_settings_tag_does_not_interrupt() {
    let made = Made::running().await;
    let channel = made.channel().await;
    made.cloud.person_removes_tag(&channel.arn, SETTINGS).await;

    let reply = made.update_channel("Tags", json!({ "Owner": "somebody" })).await;

    assert_eq!(reply.failure(), None);
    let seen = made.channel().await;
    assert_eq!(seen.state, ChannelState::Running);
    assert_eq!(seen.tags.get(SETTINGS), channel.tags.get(SETTINGS), "it is back");
    assert!(!made.operations("lilo-channel").contains(&"StopChannel".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_update_that_changes_nothing_makes_no_writing_call() {
    let made = Made::running().await;

    let channel = made.update_channel("LogLevel", "DEBUG").await;
    let input = made.update_input("Name", "Dev").await;

    assert_eq!((channel.failure(), input.failure()), (None, None));
    assert!(made.operations("lilo-channel").is_empty());
    assert!(made.operations("lilo-input").is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_update_cut_off_after_the_stop_still_restarts_the_channel() {
    let made = Made::running().await;
    // Refused for good, so this run of the function ends with the channel stopped.
    made.cloud.inject(Fault::nth(Calls::to("UpdateChannel"), 2, CallFault::status(422)));
    let cut_off = made.update_channel("VideoBitrate", "5000000").await;
    assert!(cut_off.failure().is_some());
    assert_eq!(made.channel().await.state, ChannelState::Idle);

    // CloudFormation rolls back: the same Update with the properties exchanged.
    let new = samples::with(made.channel_properties.clone(), "VideoBitrate", "5000000");
    let rollback =
        made.cloud.update(Function::Channel, &made.channel, (&new, &made.channel_properties)).await;

    assert_eq!(rollback.failure(), None);
    made.cloud.pass(2).await;
    let seen = made.channel().await;
    assert_eq!(seen.state, ChannelState::Running);
    assert!(!seen.tags.contains_key(RUN_STATE));
}

#[tokio::test(start_paused = true)]
async fn a_new_source_stops_and_restarts_the_channel() {
    let made = Made::running().await;

    let reply = made.update_input("Sources", json!(["s3ssl://bucket/other.mp4"])).await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, made.input.as_str()));
    assert_eq!(
        made.operations("lilo-input"),
        ["CreateTags", "CreateTags", "StopChannel", "UpdateInput", "StartChannel", "DeleteTags"]
    );
    made.cloud.pass(2).await;
    assert_eq!(made.channel().await.state, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn refused_settings_do_not_stop_the_channel() {
    for (status, code) in [
        (400, "BadRequestException"),
        (403, "ForbiddenException"),
        (422, "UnprocessableEntityException"),
    ] {
        let made = Made::running().await;
        let refused = CallFault::refused(status, code, "bitrate is too high");
        made.cloud.fail(Calls::to("UpdateChannel"), 1, refused);

        let reply = made.update_channel("VideoBitrate", "50000000").await;

        assert!(reply.failure().unwrap().contains("bitrate is too high"));
        assert_eq!(made.operations("lilo-channel"), ["CreateTags"], "that it was requested");
        assert_eq!(made.channel().await.state, ChannelState::Running, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_that_conflicts_is_no_verdict() {
    let made = Made::running().await;
    let conflict = CallFault::refused(409, "ConflictException", "the channel is not IDLE");
    made.cloud.fail(Calls::to("UpdateChannel"), 1, conflict);

    let reply = made.update_channel("VideoBitrate", "5000000").await;

    assert_eq!(reply.failure(), None);
    made.cloud.pass(2).await;
    assert_eq!(made.channel().await.state, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn the_class_changes_in_place_and_back() {
    let made = Made::running().await;
    let (one, two) = ("rtp://203.0.113.10:5000", "rtp://203.0.113.11:5000");
    let standard = samples::with(made.channel_properties.clone(), "ChannelClass", "STANDARD");
    let standard = samples::with(standard, "Destinations", json!([one, two]));
    let second = json!(["s3ssl://bucket/a.mp4", "s3ssl://bucket/b.mp4"]);

    assert_eq!(made.update_input("Sources", second).await.failure(), None);
    for (old, new, class) in [
        (&made.channel_properties, &standard, ChannelClass::Standard),
        (&standard, &made.channel_properties, ChannelClass::SinglePipeline),
    ] {
        let reply = made.cloud.update(Function::Channel, &made.channel, (old, new)).await;
        assert_eq!((reply.failure(), reply.physical_id()), (None, made.channel.as_str()));
        made.cloud.pass(2).await;
        let seen = made.channel().await;
        assert_eq!((seen.state, seen.class), (ChannelState::Running, class));
    }
    let input = made.cloud.person().describe_input(&made.input).await.unwrap();
    assert_eq!(input.settings.sources, ["s3ssl://bucket/a.mp4", "s3ssl://bucket/b.mp4"]);
}

#[tokio::test(start_paused = true)]
async fn stop_after_hours_can_be_changed_and_removed() {
    let made = Made::with(&[("StopAfterHours", "4")]).await;
    made.cloud.start(&samples::created(&made.channel)).await.unwrap();
    made.cloud.pass(2).await;
    made.cloud.start(&samples::running(&made.channel)).await.unwrap();
    let since = made.channel().await.tags[RUNNING_SINCE].clone();

    let longer = made.update_channel("StopAfterHours", "8").await;
    let tags = made.channel().await.tags;
    assert_eq!(longer.failure(), None);
    assert_eq!((tags[STOP_AFTER_HOURS].as_str(), tags.get(RUNNING_SINCE)), ("8", Some(&since)));

    let never = made.update_channel("StopAfterHours", "0").await;
    let tags = made.channel().await.tags;
    assert_eq!(never.failure(), None);
    assert_eq!((tags.get(STOP_AFTER_HOURS), tags.get(RUNNING_SINCE)), (None, Some(&since)));
    assert_eq!(made.channel().await.state, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn the_rollback_of_refused_settings_interrupts_nothing() {
    let made = Made::running().await;
    let sources = json!(["http://example.com/a.mp4"]);
    assert!(made.update_input("Sources", sources.clone()).await.failure().is_some());
    let refused = samples::with(samples::input(), "Sources", sources);
    let back = (&refused, &samples::input());
    let rollback = made.cloud.update(Function::Input, &made.input, back).await;
    assert_eq!(rollback.failure(), None);
    assert!(made.update_channel("VideoBitrate", "1").await.failure().is_some());
    let refused = samples::with(made.channel_properties.clone(), "VideoBitrate", "1");
    let back = (&refused, &made.channel_properties);
    let rollback = made.cloud.update(Function::Channel, &made.channel, back).await;

    assert_eq!(rollback.failure(), None);
    assert_eq!(made.operations("lilo-input"), ["CreateTags"], "when it was requested");
    assert_eq!(made.operations("lilo-channel"), ["CreateTags"]);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_does_not_start_a_stopped_channel() {
    let made = Made::running().await;
    made.cloud.person().stop_channel(&made.channel).await.unwrap();
    made.cloud.pass(2).await;
    made.cloud.inject(Fault::nth(Calls::to("UpdateChannel"), 2, CallFault::status(422)));
    let mut new = samples::with(made.channel_properties.clone(), "AutoStart", "false");
    new["VideoBitrate"] = "5000000".into();
    let (old, function) = (&made.channel_properties, Function::Channel);
    assert!(made.cloud.update(function, &made.channel, (old, &new)).await.failure().is_some());

    let rollback = made.cloud.update(function, &made.channel, (&new, old)).await;

    assert_eq!(rollback.failure(), None);
    assert_eq!(made.channel().await.state, ChannelState::Idle);
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_channel_that_is_gone_says_so() {
    let made = Made::idle().await;
    made.cloud.person().delete_channel(&made.channel).await.unwrap();
    made.cloud.pass(2).await;

    let reply = made.update_channel("LogLevel", "ERROR").await;

    let reason = reply.failure().unwrap();
    let told = "was deleted while being updated; delete the stack and create it again";
    assert!(reason.contains(told), "{reason}");
    assert_eq!(reply.physical_id(), made.channel);
}

//! Update of both resources: in place, with as little interruption as it takes, back to the run state it had.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use lilo_lifecycle::channel::{ChannelClass, ChannelState};
use lilo_lifecycle::tags::{AUTO_START, REPLACES, RUN_STATE, RUNNING_SINCE, STOP_AFTER_HOURS};
use lilo_medialive_emulator::{CallTrouble, Fault};
use lilo_tests::{Function, Goes, Reply, World, samples};
use serde_json::{Value, json};

/// A loop that was made with the sample properties.
struct Made {
    world: World,
    input: String,
    channel: String,
    properties: Value,
}

impl Made {
    async fn idle() -> Self {
        Self::with("AutoStart", "true").await
    }

    async fn with(property: &str, value: &str) -> Self {
        let world = World::default();
        let input = world.create(Function::Input, &samples::input()).await;
        let properties = samples::with(samples::channel(input.physical_id()), property, value);
        let channel = world.create(Function::Channel, &properties).await;
        let (input, channel) = (input.physical_id().into(), channel.physical_id().into());
        Self { world, input, channel, properties }
    }

    async fn running() -> Self {
        let made = Self::idle().await;
        made.world.start(&samples::created(&made.channel)).await.unwrap();
        made.world.pass(2).await;
        made
    }

    async fn update_channel(&self, property: &str, value: impl Into<Value>) -> Reply {
        let new = samples::with(self.properties.clone(), property, value);
        self.world.update(Function::Channel, &self.channel, (&self.properties, &new)).await
    }

    async fn update_input(&self, property: &str, value: impl Into<Value>) -> Reply {
        let old = samples::input();
        let new = samples::with(old.clone(), property, value);
        self.world.update(Function::Input, &self.input, (&old, &new)).await
    }

    async fn channel(&self) -> lilo_lifecycle::channel::Channel {
        self.world.person().describe_channel(&self.channel).await.unwrap()
    }

    /// What the function did since it created what it is for.
    fn operations(&self, role: &str) -> Vec<String> {
        self.world.operations_of(role).split_off(1)
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_running_channel_stops_it_changes_it_and_starts_it_again() {
    let made = Made::running().await;

    let reply = made.update_channel("VideoBitrate", "5000000").await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, made.channel.as_str()));
    assert_eq!(
        made.operations("lilo-channel"),
        [
            "CreateTags",    // when it was asked for
            "UpdateChannel", // a dry run
            "CreateTags",
            "StopChannel",
            "UpdateChannel",
            "CreateTags",
            "StartChannel",
            "DeleteTags",
        ]
    );
    let seen = made.channel().await;
    assert!(matches!(seen.state, ChannelState::Starting | ChannelState::Running));
    assert!(!seen.tags.contains_key(RUN_STATE));
    let sent = made.world.wire.to_medialive();
    let sent = sent.iter().rfind(|seen| seen.method == "PUT").unwrap();
    let h264 = &sent.body["encoderSettings"]["videoDescriptions"][0]["codecSettings"];
    assert_eq!(h264["h264Settings"]["bitrate"], 5_000_000);
    assert!(sent.body["roleArn"].is_string(), "left out, the role would be taken away");
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_channel_that_a_person_stopped_leaves_it_stopped() {
    let made = Made::running().await;
    made.world.person().stop_channel(&made.channel).await.unwrap();
    made.world.pass(2).await;

    let reply = made.update_channel("LogLevel", "ERROR").await;

    assert_eq!(reply.failure(), None);
    let [claimed, dry_run, marked, updated, fingerprint] =
        made.operations("lilo-channel").try_into().unwrap();
    assert_eq!([dry_run, updated], ["UpdateChannel"; 2]);
    assert_eq!([claimed, marked, fingerprint], ["CreateTags"; 3]);
    assert_eq!(made.channel().await.state, ChannelState::Idle);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_tags_or_auto_start_alone_does_not_stop_the_channel() {
    let made = Made::running().await;

    let tags = made.update_channel("Tags", json!({"Owner": "Sport"})).await;
    let auto_start = made.update_channel("AutoStart", "false").await;

    assert_eq!((tags.failure(), auto_start.failure()), (None, None));
    assert!(made.operations("lilo-channel").iter().all(|operation| operation == "CreateTags"));
    let seen = made.channel().await;
    assert_eq!((seen.state, seen.tags[AUTO_START].as_str()), (ChannelState::Running, "done"));
}

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

#[tokio::test(start_paused = true)]
async fn an_update_that_was_cancelled_while_it_waited_does_not_come_after_its_rollback() {
    let made = Made::running().await;
    let (function, world) = (Function::Channel, &made.world);
    let slow = CallTrouble::Stuck(Some(Duration::from_secs(300)));
    world.emulator.inject(Fault::call("StopChannel", slow)).unwrap();
    world.person().stop_channel(&made.channel).await.unwrap();
    let new = samples::with(made.properties.clone(), "VideoBitrate", "5000000");
    let request = |from, to, url: &str| {
        let mut request = samples::update(function, &made.channel, (from, to));
        request["ResponseURL"] = format!("https://x/{url}").into();
        request
    };
    let update = request(&made.properties, &new, "cancelled");
    let back = request(&new, &made.properties, "rollback");
    let rollback = async {
        world.pass(60).await;
        world.deliver(function, &back).await
    };

    let (cancelled, rollback) = tokio::join!(world.deliver(function, &update), rollback);

    assert_eq!(rollback.failure(), None);
    assert!(cancelled.failure().unwrap().contains("by a later request"), "{cancelled:?}");
    assert!(!made.operations("lilo-channel").contains(&"UpdateChannel".to_owned()));
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
async fn an_update_that_changes_nothing_makes_no_writing_call() {
    let made = Made::running().await;

    let channel = made.update_channel("LogLevel", "DEBUG").await;
    let input = made.update_input("Name", "Dev").await;

    assert_eq!((channel.failure(), input.failure()), (None, None));
    assert!(made.operations("lilo-channel").is_empty());
    assert!(made.operations("lilo-input").is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_cut_off_after_the_stop_still_brings_the_channel_back() {
    let made = Made::running().await;
    // Refused for good, so this run of the function ends with the channel stopped.
    made.world.wire.fail("PUT", "/prod/channels", 1, Goes::Well);
    let refused = Goes::Refused(422, "UnprocessableEntityException", "no");
    made.world.wire.fail("PUT", "/prod/channels", 1, refused);
    let cut_off = made.update_channel("VideoBitrate", "5000000").await;
    assert!(cut_off.failure().is_some());
    assert_eq!(made.channel().await.state, ChannelState::Idle);

    // CloudFormation rolls back: the same Update with the properties exchanged.
    let new = samples::with(made.properties.clone(), "VideoBitrate", "5000000");
    let rollback =
        made.world.update(Function::Channel, &made.channel, (&new, &made.properties)).await;

    assert_eq!(rollback.failure(), None);
    made.world.pass(2).await;
    let seen = made.channel().await;
    assert_eq!(seen.state, ChannelState::Running);
    assert!(!seen.tags.contains_key(RUN_STATE));
}

#[tokio::test(start_paused = true)]
async fn a_new_source_stops_the_channel_meanwhile_and_starts_it_again() {
    let made = Made::running().await;

    let reply = made.update_input("Sources", json!(["s3ssl://bucket/other.mp4"])).await;

    assert_eq!((reply.failure(), reply.physical_id()), (None, made.input.as_str()));
    assert_eq!(
        made.operations("lilo-input"),
        ["CreateTags", "CreateTags", "StopChannel", "UpdateInput", "StartChannel", "DeleteTags"]
    );
    made.world.pass(2).await;
    assert_eq!(made.channel().await.state, ChannelState::Running);
}

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

#[tokio::test(start_paused = true)]
async fn an_update_that_is_delivered_twice_interrupts_once() {
    let made = Made::running().await;
    let new = samples::with(made.properties.clone(), "VideoBitrate", "5000000");
    let request = samples::update(Function::Channel, &made.channel, (&made.properties, &new));
    let first = made.world.deliver(Function::Channel, &request).await;
    made.world.pass(2).await;

    let again = made.world.deliver(Function::Channel, &request).await;

    assert_eq!((first.failure(), &first), (None, &again));
    let operations = made.operations("lilo-channel");
    let stops = operations.iter().filter(|operation| *operation == "StopChannel");
    assert_eq!(stops.count(), 1, "{operations:?}");
}

#[tokio::test(start_paused = true)]
async fn an_older_update_that_comes_once_more_changes_nothing() {
    let made = Made::running().await;
    let (function, world) = (Function::Channel, &made.world);
    let new = samples::with(made.properties.clone(), "VideoBitrate", "5000000");
    let older = samples::update(function, &made.channel, (&made.properties, &new));
    let asked = world.signed_now();
    assert_eq!(world.deliver_as(&asked, function, &older).await.failure(), None);
    world.pass(60).await;
    let back = world.update(function, &made.channel, (&new, &made.properties)).await;
    assert_eq!(back.failure(), None);
    world.pass(2).await;
    let before = made.operations("lilo-channel").len();

    let late = world.deliver_as(&asked, function, &older).await;

    assert!(late.failure().unwrap().contains("by a later request"), "{late:?}");
    assert_eq!(made.operations("lilo-channel").len(), before);
    assert_eq!(made.channel().await.state, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn settings_that_medialive_refuses_are_refused_before_anything_is_stopped() {
    let made = Made::running().await;
    let refused = Goes::Refused(422, "UnprocessableEntityException", "bitrate is too high");
    made.world.wire.fail("PUT", "/prod/channels", 1, refused);

    let reply = made.update_channel("VideoBitrate", "50000000").await;

    assert!(reply.failure().unwrap().contains("bitrate is too high"));
    assert_eq!(made.operations("lilo-channel"), ["CreateTags"], "that it was asked for");
    assert_eq!(made.channel().await.state, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn another_time_to_run_counts_from_the_same_start_and_none_takes_the_limit_off() {
    let made = Made::with("StopAfterHours", "4").await;
    made.world.start(&samples::created(&made.channel)).await.unwrap();
    made.world.pass(2).await;
    made.world.start(&samples::running(&made.channel)).await.unwrap();
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
async fn the_rollback_of_what_was_refused_succeeds_and_interrupts_nothing() {
    let made = Made::running().await;
    let sources = json!(["http://example.com/a.mp4"]);
    assert!(made.update_input("Sources", sources.clone()).await.failure().is_some());
    let refused = samples::with(samples::input(), "Sources", sources);
    let back = (&refused, &samples::input());
    let rollback = made.world.update(Function::Input, &made.input, back).await;
    assert_eq!(rollback.failure(), None);
    assert!(made.update_channel("VideoBitrate", "1").await.failure().is_some());
    let refused = samples::with(made.properties.clone(), "VideoBitrate", "1");
    let back = (&refused, &made.properties);
    let rollback = made.world.update(Function::Channel, &made.channel, back).await;

    assert_eq!(rollback.failure(), None);
    assert_eq!(made.operations("lilo-input"), ["CreateTags"], "when it was asked for");
    assert_eq!(made.operations("lilo-channel"), ["CreateTags"]);
}

#[tokio::test(start_paused = true)]
async fn the_rollback_of_a_failed_update_does_not_start_what_a_person_stopped() {
    let made = Made::running().await;
    made.world.person().stop_channel(&made.channel).await.unwrap();
    made.world.pass(2).await;
    made.world.wire.fail("PUT", "/prod/channels", 1, Goes::Well);
    let refused = Goes::Refused(422, "UnprocessableEntityException", "no");
    made.world.wire.fail("PUT", "/prod/channels", 1, refused);
    let mut new = samples::with(made.properties.clone(), "AutoStart", "false");
    new["VideoBitrate"] = "5000000".into();
    let (old, function) = (&made.properties, Function::Channel);
    assert!(made.world.update(function, &made.channel, (old, &new)).await.failure().is_some());

    let rollback = made.world.update(function, &made.channel, (&new, old)).await;

    assert_eq!(rollback.failure(), None);
    assert_eq!(made.channel().await.state, ChannelState::Idle);
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_channel_that_is_gone_says_so() {
    let made = Made::idle().await;
    made.world.person().delete_channel(&made.channel).await.unwrap();
    made.world.pass(2).await;

    let reply = made.update_channel("LogLevel", "ERROR").await;

    let reason = reply.failure().unwrap();
    let told = "was deleted while being updated; delete the stack and create it again";
    assert!(reason.contains(told), "{reason}");
    assert_eq!(reply.physical_id(), made.channel);
}

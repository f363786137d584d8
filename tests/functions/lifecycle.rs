//! Create and Delete of both resources, from every run state, with the starter around them.

mod deleting;
mod repeated;

use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::channel::ChannelState;
use lilo_tests::{CallFault, Calls, Cloud, FOREVER, Function, Made, samples};
use serde_json::json;

/// Input and channel made, without a starter.
async fn made(cloud: &Cloud) -> (String, String) {
    let Made { input, channel, .. } = Made::make(cloud, None, &[], &[]).await;
    (input, channel)
}

async fn state(cloud: &Cloud, channel: &str) -> ChannelState {
    cloud.person().describe_channel(channel).await.unwrap().state
}

async fn delete_both(cloud: &Cloud, (input, channel): &(String, String)) {
    assert_eq!(cloud.delete(Function::Channel, channel).await.failure(), None);
    assert_eq!(cloud.delete(Function::Input, input).await.failure(), None);
    assert!(cloud.is_empty(), "{:?}", cloud.remaining());
}

#[tokio::test(start_paused = true)]
async fn a_created_loop_is_idle_and_answers_with_its_ids_and_arns() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    let channel = cloud.create(Function::Channel, &channel).await;

    assert_eq!(state(&cloud, channel.physical_id()).await, ChannelState::Idle);
    for (reply, kind) in [(&input, "input"), (&channel, "channel")] {
        let arn = reply.0["Data"]["Arn"].as_str().unwrap();
        assert!(arn.ends_with(&format!(":{kind}:{}", reply.physical_id())), "{arn}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_starter_may_win_the_race_against_create() {
    let cloud = Cloud::default();

    let ids = cloud
        .with_starter(async {
            let ids = made(&cloud).await;
            cloud.pass(5).await;
            ids
        })
        .await;

    // MediaLive emits CREATED the moment the channel is IDLE; Create, which looks at most twice a
    // second, sees the channel only after the starter has started it, and succeeds all the same.
    let calls = cloud.calls();
    let start = calls.iter().position(|call| call.operation == "StartChannel").unwrap();
    let last_look = calls
        .iter()
        .rposition(|call| {
            call.role.as_deref() == Some("lilo-channel") && call.operation == "DescribeChannel"
        })
        .unwrap();
    assert!(start < last_look, "the starter was first: {start} < {last_look}");
    assert_eq!(
        cloud.operations_of("lilo-starter"),
        ["StartChannel", "CreateTags", "CreateTags"],
        "started, marked as started, and since when it runs"
    );
    assert_eq!(state(&cloud, &ids.1).await, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_refused_for_minutes_makes_nothing_any_more() {
    let cloud = Cloud::default();
    let throttled = CallFault::refused(429, "TooManyRequestsException", "slow down");
    cloud.fail(Calls::to("CreateInput"), FOREVER, throttled);
    let begun = tokio::time::Instant::now();

    let reply = cloud.create(Function::Input, &samples::input()).await;

    assert!(reply.failure().unwrap().contains("throttled CreateInput"), "{reply:?}");
    assert!(begun.elapsed().as_secs() <= 190, "{:?}", begun.elapsed());

    let late = Cloud::default();
    let asked = late.signed_now();
    late.pass(200).await;
    let request = samples::create(Function::Input);
    let reply = late.deliver_as(&asked, Function::Input, &request).await;
    assert!(reply.failure().unwrap().contains("not created within 3 minutes"), "{reply:?}");
    assert!(late.is_empty());
}

#[tokio::test(start_paused = true)]
async fn refused_create_returns_the_reason_and_the_refused_marker() {
    let cloud = Cloud::default();
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
        let reply = cloud.create(function, &properties).await;

        assert_eq!(reply.failure(), Some(reason));
        assert_eq!(reply.physical_id(), "lilo-nothing-made");
    }
    assert!(cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_medialive_refuses_is_the_reason_in_its_own_words() {
    let cloud = Cloud::default();
    let (input, _) = made(&cloud).await;

    let mut second = samples::channel(&input);
    second["Name"] = "second".into();
    let payload = json!({
        "RequestType": "Create", "RequestId": "other", "StackId": "arn:x:stack/Other/1",
        "ResourceType": "Custom::MediaLiveChannel", "LogicalResourceId": "Channel",
        "ResourceProperties": second,
    });
    let reply = cloud.deliver(Function::Channel, &payload).await;

    assert!(matches!(PhysicalId::of(reply.physical_id()), PhysicalId::Refused(_)), "{reply:?}");
    let reason = reply.failure().unwrap();
    assert!(reason.contains(&format!("inputId={input} is already attached")), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn malformed_request_with_a_response_url_is_answered() {
    let cloud = Cloud::default();
    let payload = json!({
        "RequestType": "Refresh", "RequestId": "r", "StackId": "arn:x:stack/Dev/1",
        "LogicalResourceId": "Channel", "PhysicalResourceId": "1234567",
    });

    let reply = cloud.deliver(Function::Channel, &payload).await;

    assert_eq!(reply.physical_id(), "1234567");
    let reason = reply.failure().unwrap();
    assert!(reason.contains("unknown variant `Refresh`"), "{reason}");
}

//! Own before you act: no request, however crafted, changes an input or channel of another stack's,
//! or of nobody's.

use std::ops::Deref;

use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::tags::{LOGICAL_ID, STACK_ID};
use lilo_tests::{Cloud, Function, Made, samples};
use serde_json::{Value, json};

/// Another stack's input and channel.
struct Victims(Made);

impl Deref for Victims {
    type Target = Made;

    fn deref(&self) -> &Made {
        &self.0
    }
}

impl Victims {
    async fn make(running: bool) -> Self {
        let made = Made::make(&Cloud::default(), Some("theirs"), &[], &[]).await;
        Self(if running { made.started().await } else { made })
    }

    async fn remove_tags(&self, keys: &[&str]) {
        for function in [Function::Input, Function::Channel] {
            for key in keys {
                self.cloud.person_removes_tag(&self.arn(function).await, key).await;
            }
        }
    }

    async fn seen(&self) -> String {
        let person = self.cloud.person();
        let input = person.describe_input(&self.input).await.unwrap();
        format!("{input:?} {:?}", person.describe_channel(&self.channel).await.unwrap())
    }
}

/// The ways in which the victims are not the attacker's: the tags that are taken off.
const OWNERS: [&[&str]; 4] = [&[], &[STACK_ID], &[LOGICAL_ID], &[STACK_ID, LOGICAL_ID]];

/// An Update with equal properties, with others, with AutoStart, one that was "handed on", and a
/// Delete.
fn crafted(function: Function, id: &str) -> Vec<(&'static str, Value)> {
    let properties = match function {
        Function::Input => samples::input(),
        Function::Channel => samples::channel("1000001"),
    };
    let other = match function {
        Function::Input => samples::with(properties.clone(), "Name", "mine"),
        Function::Channel => samples::with(properties.clone(), "VideoBitrate", "5000000"),
    };
    let tags = samples::with(properties.clone(), "Tags", json!({"Owner": "mine"}));
    let update = |new: &Value| samples::update(function, id, (&properties, new));
    let mut delete = samples::delete(function);
    delete["PhysicalResourceId"] = id.into();
    let mut requests = vec![
        ("equal properties", update(&properties)),
        ("other settings", update(&other)),
        ("other tags", update(&tags)),
        ("delete", delete),
    ];
    if function == Function::Channel {
        let off = samples::with(properties.clone(), "AutoStart", "false");
        requests.push(("AutoStart", samples::update(function, id, (&off, &properties))));
    }
    let handed_on = requests.iter().map(|(_, request)| {
        let record = json!({"Hop": 1, "Made": id, "RequestedAt": null, "Asked": null});
        ("handed on", samples::with(request.clone(), "LiloResume", record))
    });
    let handed_on: Vec<_> = handed_on.collect();
    requests.extend(handed_on);
    requests
}

#[tokio::test(start_paused = true)]
async fn crafted_requests_change_nothing_of_others() {
    let mut played = 0;
    for running in [false, true] {
        for removed in OWNERS {
            for function in [Function::Input, Function::Channel] {
                for number in 0.. {
                    let victims = Victims::make(running).await;
                    victims.remove_tags(removed).await;
                    let id = victims.id(function).to_owned();
                    let Some((name, mut request)) = crafted(function, &id).into_iter().nth(number)
                    else {
                        break;
                    };
                    // The attacker's own stack; a resource of one's own stack under another logical
                    // id is not theirs either.
                    request["StackId"] =
                        "arn:aws:cloudformation:eu-west-1:111122223333:stack/mine/0".into();
                    let case =
                        format!("{name}, {function:?}, running: {running}, without {removed:?}");
                    let before = victims.seen().await;
                    let begun = victims.cloud.to_medialive().len();

                    let reply = victims.cloud.deliver(function, &request).await;

                    let reason = reply.failure().unwrap_or_else(|| panic!("{case}: {reply:?}"));
                    assert!(
                        reason.contains("does not belong") || reason.contains("was not changed"),
                        "{case}: {reason}"
                    );
                    let calls = victims.cloud.to_medialive().split_off(begun);
                    let writes: Vec<_> = calls.iter().filter(|it| it.method != "GET").collect();
                    assert!(writes.is_empty(), "{case}: {writes:?}");
                    assert_eq!(victims.seen().await, before, "{case}");
                    played += 1;
                }
            }
        }
    }
    assert_eq!(played, 2 * 4 * (8 + 10), "requests");
}

#[tokio::test(start_paused = true)]
async fn another_logical_id_of_the_same_stack_is_not_ours() {
    let victims = Victims::make(true).await;
    let (stack, id) =
        ("arn:aws:cloudformation:eu-west-1:111122223333:stack/theirs/0", &victims.channel);
    for (name, mut request) in crafted(Function::Channel, id) {
        request["StackId"] = stack.into();
        request["LogicalResourceId"] = "Another".into();
        let before = victims.seen().await;

        let reply = victims.cloud.deliver(Function::Channel, &request).await;

        assert!(reply.failure().is_some(), "{name}");
        assert_eq!(victims.seen().await, before, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_whose_tags_were_removed_is_left_with_a_reason() {
    let victims = Victims::make(true).await;
    victims.remove_tags(&[STACK_ID]).await;
    let mut request = samples::delete(Function::Channel);
    request["StackId"] = "arn:aws:cloudformation:eu-west-1:111122223333:stack/theirs/0".into();
    request["PhysicalResourceId"] = victims.channel.clone().into();

    let reply = victims.cloud.deliver(Function::Channel, &request).await;

    let reason = reply.failure().unwrap();
    assert!(reason.contains("may still run and cost money"), "{reason}");
    assert!(reason.contains("stop and delete it in the MediaLive console"), "{reason}");
    let channel = victims.cloud.person().describe_channel(&victims.channel).await.unwrap();
    assert_eq!(channel.state, ChannelState::Running);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_resource_needs_no_tags() {
    let victims = Victims::make(false).await;
    victims.remove_tags(&[STACK_ID, LOGICAL_ID]).await;
    let person = victims.cloud.person();
    person.delete_channel(&victims.channel).await.unwrap();
    // DELETING, then DELETED.
    let channel = victims.cloud.delete(Function::Channel, &victims.channel).await;
    person.delete_input(&victims.input).await.unwrap();
    let input = victims.cloud.delete(Function::Input, &victims.input).await;
    let again = victims.cloud.delete(Function::Channel, &victims.channel).await;

    assert_eq!((channel.failure(), input.failure(), again.failure()), (None, None, None));
}

#[tokio::test(start_paused = true)]
async fn an_input_that_another_channel_plays_fails_at_once() {
    let victims = Victims::make(true).await;
    let begun = tokio::time::Instant::now();
    let mut request = samples::delete(Function::Input);
    request["StackId"] = "arn:aws:cloudformation:eu-west-1:111122223333:stack/theirs/0".into();
    request["PhysicalResourceId"] = victims.input.clone().into();

    let reply = victims.cloud.deliver(Function::Input, &request).await;

    let reason = reply.failure().unwrap();
    let holder = format!("channel {} (RUNNING) plays it", victims.channel);
    assert!(reason.contains(&holder), "{reason}");
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

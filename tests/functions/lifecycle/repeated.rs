//! A Create that is delivered more than once, one after the other or at once.

use std::cell::Cell;
use std::time::Duration;

use lilo_custom_resource::{Arrival, Replies, accept};
use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::input::{Input, InputState, Settings};
use lilo_lifecycle::tags;
use lilo_medialive::Error as MediaLiveError;
use lilo_runtime::{Deadline, create_once};
use lilo_tests::{CallFault, Calls, Cloud, Function, samples};
use serde_json::Value;

/// A Create of a channel, when it was asked for and as it is delivered.
async fn channel_request(cloud: &Cloud) -> (String, Value) {
    let input = cloud.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    (cloud.signed_now(), samples::create_with(Function::Channel, &channel))
}

#[tokio::test(start_paused = true)]
async fn a_repeated_create_finds_its_resource_without_a_token() {
    let cloud = Cloud::default();
    let request = samples::create(Function::Input);
    let asked = cloud.signed_now();
    let first = cloud.deliver_as(&asked, Function::Input, &request).await;
    cloud.pass(60).await;
    cloud.fail(Calls::to("CreateInput"), 1, CallFault::refused(409, "ConflictException", "in use"));

    let again = cloud.deliver_as(&asked, Function::Input, &request).await;

    assert_eq!((again.failure(), again.physical_id()), (None, first.physical_id()));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_counts_if_nothing_is_listed_later() {
    let mut payload = samples::create(Function::Input);
    payload["ResponseURL"] = "https://s3.amazonaws.com/x?X-Amz-Date=20261122T100000Z".into();
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    let arrival = Arrival { now, time_left: Duration::from_secs(900), replies: Replies::S3 };
    let request = accept(payload, arrival).unwrap().request.unwrap();
    let listed = Input {
        id: "1".into(),
        arn: "arn".into(),
        state: InputState::Creating,
        settings: Settings::default(),
        attached_channels: Vec::new(),
        tags: tags::of_creation(&request.identity, request.requested_at),
    };
    for (listed_after, is_found) in [(0, true), (10, true), (20, false)] {
        let begun = tokio::time::Instant::now();
        let deadline = Deadline::after(Duration::from_secs(600));
        let tries = Cell::new(0);
        let is_listed = || begun.elapsed() >= Duration::from_secs(listed_after);
        let find = async || Ok(if is_listed() { vec![listed.clone()] } else { Vec::new() });
        let make = async || {
            tries.set(tries.get() + 1);
            let (operation, resource, message) = ("CreateInput", "input".into(), "no".into());
            Err(MediaLiveError::Conflict { operation, resource, message })
        };

        let created = create_once(&deadline, &request, find, make).await;

        assert_eq!(created.as_ref().is_ok_and(|it| it.id == "1"), is_found, "{created:?}");
        assert!(is_found || created.is_err_and(|it| it.is_refusal()));
        assert_eq!(tries.get(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_duplicate_create_returns_the_existing_resource() {
    let cloud = Cloud::default();
    let (asked, request) = channel_request(&cloud).await;
    let first = cloud.deliver_as(&asked, Function::Channel, &request).await;
    let conflict = CallFault::refused(409, "ConflictException", "inputId is already attached");
    cloud.fail(Calls::to("CreateChannel"), 1, conflict);

    let second = cloud.deliver_as(&asked, Function::Channel, &request).await;

    assert_eq!((second.failure(), second.physical_id()), (None, first.physical_id()));
}

#[tokio::test(start_paused = true)]
async fn the_same_create_delivered_twice_makes_one_channel() {
    let cloud = Cloud::default();
    let (asked, request) = channel_request(&cloud).await;

    let first = cloud.deliver_as(&asked, Function::Channel, &request).await;
    let second = cloud.deliver_as(&asked, Function::Channel, &request).await;

    assert_eq!((first.failure(), &first), (None, &second));
    assert_eq!(cloud.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_reused_request_id_does_not_bring_back_a_deleted_input() {
    let cloud = Cloud::default();
    let mut request = samples::create(Function::Input);
    let first = cloud.deliver(Function::Input, &request).await;
    assert_eq!(cloud.delete(Function::Input, first.physical_id()).await.failure(), None);

    // A retried deployment: the same ids, and a URL that was signed anew.
    request["ResponseURL"] = "https://x/another".into();
    let second = cloud.deliver(Function::Input, &request).await;

    assert_eq!(second.failure(), None);
    assert_ne!(first.physical_id(), second.physical_id());
}

#[tokio::test(start_paused = true)]
async fn a_create_repeated_after_its_delete_makes_nothing() {
    let cloud = Cloud::default();
    let (asked, request) = (cloud.signed_now(), samples::create(Function::Input));
    let first = cloud.deliver_as(&asked, Function::Input, &request).await;
    assert_eq!(cloud.delete(Function::Input, first.physical_id()).await.failure(), None);

    let late = cloud.deliver_as(&asked, Function::Input, &request).await;

    assert!(matches!(PhysicalId::of(late.physical_id()), PhysicalId::Perhaps(_)), "{late:?}");
    assert!(late.failure().unwrap().contains("which an earlier request made and which is deleted"));
    assert!(cloud.is_empty());
}

//! A Create that is delivered more than once, one after the other or at once.

use std::cell::Cell;
use std::time::Duration;

use lilo_function::{Budget, CREATE_WITHIN, create};
use lilo_lifecycle::PhysicalId;
use lilo_lifecycle::input::{Input, InputState, Settings};
use lilo_lifecycle::tags::{ASKED, Tags};
use lilo_medialive::Error as MediaLiveError;
use lilo_tests::{Function, Goes, World, samples};
use serde_json::Value;

/// A Create of a channel, when it was asked for and as it is delivered.
async fn channel_request(world: &World) -> (String, Value) {
    let input = world.create(Function::Input, &samples::input()).await;
    let channel = samples::channel(input.physical_id());
    (world.signed_now(), samples::create_with(Function::Channel, &channel))
}

#[tokio::test(start_paused = true)]
async fn a_create_that_comes_again_is_answered_with_what_there_is_though_its_token_is_forgotten() {
    let world = World::default();
    let request = samples::create(Function::Input);
    let asked = world.signed_now();
    let first = world.deliver_as(&asked, Function::Input, &request).await;
    world.pass(60).await;
    world.wire.fail("POST", "/prod/inputs", 1, Goes::Refused(409, "ConflictException", "in use"));

    let again = world.deliver_as(&asked, Function::Input, &request).await;

    assert_eq!((again.failure(), again.physical_id()), (None, first.physical_id()));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_counts_when_nothing_is_listed_for_ten_seconds() {
    const ASKED_AT: u64 = 1_700_000_000;
    let listed = Input {
        id: "1".into(),
        arn: "arn".into(),
        state: InputState::Creating,
        settings: Settings::default(),
        attached_channels: Vec::new(),
        tags: Tags::from([(ASKED.into(), ASKED_AT.to_string())]),
    };
    for (listed_after, is_found) in [(0, true), (8, true), (20, false)] {
        let begun = tokio::time::Instant::now();
        let budget = Budget::of(Duration::from_secs(600));
        let tries = Cell::new(0);
        let is_listed = || begun.elapsed() >= Duration::from_secs(listed_after);
        let find = async || Ok(if is_listed() { vec![listed.clone()] } else { Vec::new() });
        let make = async || {
            tries.set(tries.get() + 1);
            let (operation, resource, message) = ("CreateInput", "input".into(), "no".into());
            Err(MediaLiveError::Conflict { operation, resource, message })
        };

        let created = create(budget, ASKED_AT, CREATE_WITHIN, find, make, |_| false).await;

        assert_eq!(created.as_ref().is_ok_and(|it| it.id == "1"), is_found, "{created:?}");
        assert!(is_found || created.is_err_and(|it| it.is_refusal()));
        assert_eq!(tries.get(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_deliveries_at_once_the_one_that_meets_a_conflict_finds_what_the_other_made() {
    let world = World::default();
    let (asked, request) = channel_request(&world).await;
    let first = world.deliver_as(&asked, Function::Channel, &request).await;
    let conflict = Goes::Refused(409, "ConflictException", "inputId is already attached");
    world.wire.fail("POST", "/prod/channels", 1, conflict);

    let second = world.deliver_as(&asked, Function::Channel, &request).await;

    assert_eq!((second.failure(), second.physical_id()), (None, first.physical_id()));
}

#[tokio::test(start_paused = true)]
async fn the_same_create_delivered_twice_makes_one_channel() {
    let world = World::default();
    let (asked, request) = channel_request(&world).await;

    let first = world.deliver_as(&asked, Function::Channel, &request).await;
    let second = world.deliver_as(&asked, Function::Channel, &request).await;

    assert_eq!((first.failure(), &first), (None, &second));
    assert_eq!(world.emulator.remaining().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_id_that_cloudformation_uses_again_does_not_bring_the_deleted_object_back() {
    let world = World::default();
    let mut request = samples::create(Function::Input);
    let first = world.deliver(Function::Input, &request).await;
    assert_eq!(world.delete(Function::Input, first.physical_id()).await.failure(), None);

    // A retried deployment: the same ids, and a URL that was signed anew.
    request["ResponseURL"] = "https://x/another".into();
    let second = world.deliver(Function::Input, &request).await;

    assert_eq!(second.failure(), None);
    assert_ne!(first.physical_id(), second.physical_id());
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_delivered_once_more_after_its_object_is_gone_makes_nothing() {
    let world = World::default();
    let (asked, request) = (world.signed_now(), samples::create(Function::Input));
    let first = world.deliver_as(&asked, Function::Input, &request).await;
    assert_eq!(world.delete(Function::Input, first.physical_id()).await.failure(), None);

    let late = world.deliver_as(&asked, Function::Input, &request).await;

    assert!(matches!(PhysicalId::of(late.physical_id()), PhysicalId::Perhaps(_)), "{late:?}");
    assert!(
        late.failure()
            .unwrap()
            .contains("was made by a request of the same id before, and is deleted")
    );
    assert!(world.emulator.is_empty());
}

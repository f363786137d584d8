//! Create and Delete.

use std::time::Duration;

use lilo_lifecycle::channel::ChannelState;
use lilo_lifecycle::input::InputState;
use lilo_lifecycle::tags::AutoStart;
use lilo_lifecycle::{Identity, Patience, Step, channel, input};
use strum::IntoEnumIterator;

use super::{FRESH, channel_in, identity, input_in, word};

const AFTER_FOUR_MINUTES: Patience = Patience { spent: Duration::from_secs(240), ..FRESH };

#[test]
fn creating_a_channel_ends_where_it_can_be_started_whoever_starts_it() {
    use ChannelState as S;
    for state in S::iter() {
        let expected = match state {
            S::Idle | S::Starting | S::Running | S::Recovering => "finished",
            S::Creating | S::Updating | S::Stopping => "wait",
            S::CreateFailed | S::UpdateFailed | S::Deleting | S::Deleted => "failed",
        };
        let step = channel::create::next("1", Some(&channel_in(state, AutoStart::True)), FRESH);
        assert_eq!(word(&step), expected, "{state}");
    }
    assert_eq!(word(&channel::create::next("1", None, FRESH)), "wait", "it has just been made");
    assert_eq!(word(&channel::create::next("1", None, AFTER_FOUR_MINUTES)), "failed");
}

#[test]
fn deleting_a_channel_forbids_its_start_stops_it_and_deletes_it() {
    use ChannelState as S;
    for state in S::iter() {
        let (first, then) = match state {
            S::Starting | S::Running | S::Recovering => ("ForbidStart", "Stop"),
            S::Idle | S::UpdateFailed => ("ForbidStart", "Delete"),
            S::CreateFailed => ("Delete", "Delete"),
            S::Creating | S::Updating | S::Stopping => ("ForbidStart", "wait"),
            S::Deleting => ("wait", "wait"),
            S::Deleted => ("finished", "finished"),
        };
        let next = |tag| word(&channel::delete::next(Some(&channel_in(state, tag)), FRESH));
        for tag in [AutoStart::True, AutoStart::False, AutoStart::Done] {
            assert_eq!(next(tag), first, "{state} {tag:?}");
        }
        assert_eq!(next(AutoStart::Off), then, "{state}");
    }
    assert_eq!(channel::delete::next(None, FRESH), Step::Finished);
}

#[test]
fn an_input_is_created_once_it_can_be_attached_and_deleted_once_it_is_detached() {
    use InputState as S;
    for state in S::iter() {
        let (create, delete) = match state {
            S::Creating => ("wait", "wait"),
            S::Detached => ("finished", "Delete"),
            S::Attached => ("finished", "wait"),
            S::Deleting => ("failed", "wait"),
            S::Deleted => ("failed", "finished"),
        };
        let input = input_in(state);
        assert_eq!(word(&input::create::next("2", Some(&input), FRESH)), create, "{state}");
        assert_eq!(word(&input::delete::next(Some(&input), FRESH)), delete, "{state}");
    }
    assert_eq!(word(&input::create::next("2", None, FRESH)), "wait", "it has just been made");
    assert_eq!(word(&input::create::next("2", None, AFTER_FOUR_MINUTES)), "failed");
    assert_eq!(input::delete::next(None, FRESH), Step::Finished);
}

#[test]
fn an_object_that_a_reused_token_brings_back_is_not_trusted() {
    let stale = |state| channel::create::is_stale(&channel_in(state, AutoStart::True), &identity());
    assert!(!stale(ChannelState::Creating));
    assert!(stale(ChannelState::Deleting) && stale(ChannelState::Deleted));

    let other = Identity { logical_id: "Another".into(), ..identity() };
    assert!(channel::create::is_stale(
        &channel_in(ChannelState::Creating, AutoStart::True),
        &other
    ));
    assert!(input::create::is_stale(&input_in(InputState::Deleted), &identity()));
    assert!(!input::create::is_stale(&input_in(InputState::Creating), &identity()));
}

#[test]
fn a_wait_past_its_budget_fails_and_names_the_state() {
    let late = Patience { spent: Duration::from_secs(600), ..FRESH };
    let Step::Failed(failure) = input::delete::next(Some(&input_in(InputState::Attached)), late)
    else {
        panic!("an input may not stay attached for ever");
    };
    assert_eq!(
        failure.to_string(),
        "input 2 is still ATTACHED after 600 s while being deleted; \
         delete the channel that it is attached to, then the stack"
    );
}

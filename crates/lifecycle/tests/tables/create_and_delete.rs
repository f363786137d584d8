//! Create and Delete.

use lilo_lifecycle::channel::{Channel, ChannelState};
use lilo_lifecycle::input::InputState;
use lilo_lifecycle::tags::AutoStart;
use lilo_lifecycle::times::VISIBLE_WITHIN;
use lilo_lifecycle::{Failure, Step, channel, input};
use strum::IntoEnumIterator;

use super::{NEW, attached, channel_in, foreign, identity, input_in, of, word};

#[test]
fn create_ends_when_the_channel_can_be_started() {
    use ChannelState as S;
    for state in S::iter() {
        let expected = match state {
            S::Idle | S::Starting | S::Running | S::Recovering => "finished",
            S::Creating | S::Updating | S::Stopping => "wait",
            S::CreateFailed | S::UpdateFailed | S::Deleting | S::Deleted => "failed",
        };
        let channel = channel_in(state, AutoStart::True);
        let next = |seen: &Channel| word(&channel::create::next(&identity(), "1", Some(seen), NEW));
        assert_eq!(next(&channel), expected, "{state}");
        for owner in foreign() {
            let theirs =
                Channel { tags: of(owner.as_ref(), channel.tags.clone()), ..channel.clone() };
            assert_eq!(next(&theirs), "failed", "{state} {owner:?}");
        }
    }
    assert_eq!(
        word(&channel::create::next(&identity(), "1", None, NEW)),
        "wait",
        "it has just been made"
    );
    assert_eq!(word(&channel::create::next(&identity(), "1", None, VISIBLE_WITHIN)), "failed");
}

#[test]
fn delete_forbids_the_start_then_stops_and_deletes_the_channel() {
    use ChannelState as S;
    let next = |channel| word(&channel::delete::next(&identity(), Some(&channel)));
    for state in S::iter() {
        let (first, then) = match state {
            S::Starting | S::Running | S::Recovering => ("ForbidStart", "Stop"),
            S::Idle | S::UpdateFailed => ("ForbidStart", "Delete"),
            S::CreateFailed => ("Delete", "Delete"),
            S::Creating | S::Updating | S::Stopping => ("ForbidStart", "wait"),
            S::Deleting => ("wait", "wait"),
            S::Deleted => ("finished", "finished"),
        };
        for tag in [AutoStart::True, AutoStart::False, AutoStart::Done] {
            assert_eq!(next(channel_in(state, tag)), first, "{state} {tag:?}");
        }
        assert_eq!(next(channel_in(state, AutoStart::Off)), then, "{state}");
        for owner in foreign() {
            let mut theirs = channel_in(state, AutoStart::Off);
            theirs.tags = of(owner.as_ref(), theirs.tags);
            let gone = matches!(state, S::Deleting | S::Deleted);
            assert_eq!(next(theirs), if gone { then } else { "failed" }, "{state} {owner:?}");
        }
    }
    assert_eq!(channel::delete::next(&identity(), None), Step::Finished);
}

#[test]
fn create_of_an_input_ends_when_it_can_be_attached() {
    use InputState as S;
    for state in S::iter() {
        let expected = match state {
            S::Creating => "wait",
            S::Detached | S::Attached => "finished",
            S::Deleting | S::Deleted => "failed",
        };
        let step = input::create::next(&identity(), "2", Some(&input_in(state)), NEW);
        assert_eq!(word(&step), expected, "{state}");
    }
    assert_eq!(
        word(&input::create::next(&identity(), "2", None, NEW)),
        "wait",
        "it has just been made"
    );
    assert_eq!(word(&input::create::next(&identity(), "2", None, VISIBLE_WITHIN)), "failed");
}

#[test]
fn delete_of_an_input_waits_only_for_a_channel_that_goes_away() {
    use InputState as S;
    let next = |seen| word(&input::delete::next(&identity(), Some(&seen)));
    for state in S::iter() {
        let expected = match state {
            S::Creating | S::Attached | S::Deleting => "wait",
            S::Detached => "Delete",
            S::Deleted => "finished",
        };
        assert_eq!(next(attached(state, None)), expected, "{state}");
        for owner in foreign() {
            let mut theirs = attached(state, None);
            theirs.input.tags = of(owner.as_ref(), theirs.input.tags);
            let gone = matches!(state, S::Deleting | S::Deleted);
            assert_eq!(next(theirs), if gone { expected } else { "failed" }, "{state} {owner:?}");
        }
    }
    for state in ChannelState::iter() {
        let gone = matches!(state, ChannelState::Deleting | ChannelState::Deleted);
        for tag in [AutoStart::True, AutoStart::False, AutoStart::Done, AutoStart::Off] {
            let going = gone || tag == AutoStart::Off;
            let holder = channel_in(state, tag);
            let released = Channel { input_ids: Vec::new(), ..holder.clone() };
            assert_eq!(next(attached(S::Attached, Some(released))), "wait", "{state} {tag:?}");
            let expected = if going { "wait" } else { "failed" };
            assert_eq!(next(attached(S::Attached, Some(holder))), expected, "{state} {tag:?}");
        }
    }
    assert_eq!(input::delete::next(&identity(), None), Step::Finished);
}

#[test]
fn a_refused_delete_says_what_to_do() {
    let mut theirs = channel_in(ChannelState::Running, AutoStart::Done);
    theirs.tags.clear();
    let Step::Failed(failure) = channel::delete::next(&identity(), Some(&theirs)) else {
        panic!("it is not ours");
    };
    assert_eq!(
        failure.to_string(),
        "channel 1 was not changed, because its tags lilo:stack-id and lilo:logical-id do not say that it belongs to this \
         resource of this stack; it may still run and cost money. If it is this stack's, stop and delete it in the MediaLive \
         console; if not, retain this resource; then delete the stack again"
    );
    let holder = channel_in(ChannelState::Running, AutoStart::Done);
    let held = attached(InputState::Attached, Some(holder));
    let Step::Failed(failure @ Failure::InUse { .. }) =
        input::delete::next(&identity(), Some(&held))
    else {
        panic!("the channel is not going away");
    };
    assert_eq!(
        failure.to_string(),
        "input 2 cannot be deleted, because channel 1 (RUNNING) plays it and is not being deleted; delete channel 1, or give it \
         another input, then delete the stack again"
    );
}

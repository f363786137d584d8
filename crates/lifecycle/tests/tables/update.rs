//! Update of a channel, of an input and of the channel that plays it.

use jiff::ToSpan;
use lilo_lifecycle::channel::update::{Settings, Wanted, next as next_of_channel};
use lilo_lifecycle::channel::{Channel, ChannelClass, ChannelState};
use lilo_lifecycle::input::update::{Wanted as WantedInput, next as next_of_input};
use lilo_lifecycle::input::{Attachment, InputState};
use lilo_lifecycle::tags::{self, AutoStart};
use lilo_lifecycle::{Failure, Step};
use strum::IntoEnumIterator;

use super::{NOW, attached, channel_in, foreign, identity, of, word};

/// What is wanted when nothing is.
const SAME: Wanted = Wanted {
    requested_at: NOW,
    changed: false,
    class: ChannelClass::SinglePipeline,
    settings: Settings::Same,
    tags: false,
};
const SETTINGS: Wanted = Wanted { settings: Settings::Checked, ..SAME };
const UNCHECKED: Wanted = Wanted { settings: Settings::Unchecked, ..SAME };
const CLASS: Wanted = Wanted { class: ChannelClass::Standard, ..SAME };

fn next(wanted: Wanted, channel: &Channel) -> String {
    word(&next_of_channel(&identity(), "1", wanted, Some(channel)))
}

fn with(mut channel: Channel, key: &str, value: &str) -> Channel {
    channel.tags.insert(key.into(), value.into());
    channel
}

fn ran(channel: Channel) -> Channel {
    with(channel, tags::RUN_STATE, tags::RUNNING)
}

fn changing(channel: Channel) -> Channel {
    with(channel, tags::SETTINGS, tags::CHANGING)
}

#[test]
fn an_update_stops_a_channel_only_if_it_must() {
    use ChannelState as S;
    let tags = Wanted { tags: true, ..SAME };
    for state in S::iter() {
        let [same, tags_only, unchecked, settings, marked, class] = match state {
            S::Idle => [
                "finished",
                "UpdateTags",
                "Validate",
                "MarkChanging",
                "UpdateSettings",
                "UpdateClass",
            ],
            S::Starting | S::Running | S::Recovering => {
                ["finished", "UpdateTags", "Validate", "RememberRunning", "Stop", "RememberRunning"]
            }
            S::Creating | S::Stopping | S::Updating => ["wait"; 6],
            S::CreateFailed | S::UpdateFailed | S::Deleting | S::Deleted => ["failed"; 6],
        };
        let channel = channel_in(state, AutoStart::Done);
        let claim = if same == "failed" { "failed" } else { "Claim" };
        let earlier = with(channel.clone(), tags::REQUESTED_AT, "1600000000");
        for first in [SETTINGS, UNCHECKED, CLASS, Wanted { changed: true, ..SAME }] {
            assert_eq!(next(first, &earlier), claim, "{state}, before anything else");
        }
        assert_eq!(next(SAME, &earlier), same, "{state}, nothing changes");
        assert_eq!(next(SAME, &channel), same, "{state}");
        assert_eq!(next(tags, &channel), tags_only, "{state}");
        assert_eq!(next(UNCHECKED, &channel), unchecked, "{state}");
        assert_eq!(next(SETTINGS, &channel), settings, "{state}");
        assert_eq!(next(SETTINGS, &changing(ran(channel.clone()))), marked, "{state}");
        assert_eq!(next(CLASS, &channel), class, "{state}");
        for owner in foreign() {
            let mut theirs = changing(ran(channel.clone()));
            theirs.tags = of(owner.as_ref(), theirs.tags);
            for wanted in [SAME, tags, SETTINGS, CLASS, Wanted { changed: true, ..SAME }] {
                assert_eq!(next(wanted, &theirs), "failed", "{state} {owner:?}");
            }
        }
    }
    assert_eq!(word(&next_of_channel(&identity(), "1", SAME, None)), "failed");
}

#[test]
fn the_class_changes_before_the_settings() {
    let idle = |class| Channel { class, ..channel_in(ChannelState::Idle, AutoStart::Done) };
    let (single, standard) = (ChannelClass::SinglePipeline, ChannelClass::Standard);
    for (shown, wanted) in [(single, standard), (standard, single)] {
        let to = |settings| Wanted { class: wanted, settings, ..SAME };
        assert_eq!(next(to(Settings::Unchecked), &changing(idle(shown))), "Validate");
        assert_eq!(next(to(Settings::Checked), &changing(idle(shown))), "UpdateClass");
        assert_eq!(next(to(Settings::Checked), &changing(idle(wanted))), "UpdateSettings");
        assert_eq!(next(to(Settings::Same), &idle(shown)), "UpdateClass");
    }
}

#[test]
fn an_updated_channel_runs_again_if_it_ran() {
    use ChannelState as S;
    let channel = |state| channel_in(state, AutoStart::Done);
    assert_eq!(next(SAME, &ran(channel(S::Idle))), "Start");
    assert_eq!(next(SAME, &ran(channel(S::Starting))), "ForgetRunning");
    assert_eq!(next(SAME, &channel(S::Idle)), "finished", "a person stopped it");
    assert_eq!(
        next(SAME, &channel_in(S::Idle, AutoStart::True)),
        "finished",
        "the sweep starts it"
    );
}

#[test]
fn an_update_of_an_input_stops_its_channel_and_starts_it_again() {
    use ChannelState as S;
    let same = WantedInput { requested_at: NOW, changed: false, settings: false, tags: false };
    let settings = WantedInput { changed: true, settings: true, ..same };
    let step =
        |wanted, seen: &Attachment| word(&next_of_input(&identity(), "2", wanted, Some(seen)));
    let next = |wanted, channel| step(wanted, &attached(InputState::Attached, channel));
    for state in S::iter() {
        let [fresh, remembered, done] = match state {
            S::Starting | S::Running | S::Recovering => {
                ["RememberRunning", "StopChannel", "ForgetRunning"]
            }
            S::Creating | S::Stopping | S::Updating => ["wait"; 3],
            S::Idle => ["UpdateSettings", "UpdateSettings", "StartChannel"],
            S::CreateFailed | S::UpdateFailed | S::Deleting | S::Deleted => {
                ["UpdateSettings", "UpdateSettings", "finished"]
            }
        };
        let channel = channel_in(state, AutoStart::Done);
        assert_eq!(next(settings, Some(channel.clone())), fresh, "{state}");
        assert_eq!(next(settings, Some(ran(channel.clone()))), remembered, "{state}");
        assert_eq!(next(same, Some(ran(channel.clone()))), done, "{state}");
        assert_eq!(next(same, Some(channel.clone())), "finished", "{state}");
        for owner in &foreign()[..2] {
            let mut theirs = ran(channel.clone());
            theirs.tags = of(owner.as_ref(), theirs.tags);
            assert_eq!(next(same, Some(theirs.clone())), "finished", "{state}: not ours to start");
            let live = fresh == "RememberRunning";
            let expected = if live { "failed" } else { fresh };
            assert_eq!(next(settings, Some(theirs)), expected, "{state}: not ours to stop");
        }
    }
    assert_eq!(next(settings, None), "UpdateSettings");
    let mut contradicted = attached(InputState::Attached, None);
    contradicted.input.attached_channels = vec!["1".into()];
    assert_eq!(step(settings, &contradicted), "wait", "MediaLive does not find the channel");
    assert_eq!(next(WantedInput { tags: true, ..same }, None), "UpdateTags");
    let mut unclaimed = attached(InputState::Attached, None);
    unclaimed.input.tags.remove(tags::REQUESTED_AT);
    assert_eq!(step(WantedInput { changed: true, ..same }, &unclaimed), "Claim");
    assert_eq!(step(same, &unclaimed), "finished");
    for owner in foreign() {
        let mut theirs = attached(InputState::Attached, None);
        theirs.input.tags = of(owner.as_ref(), theirs.input.tags);
        for wanted in [same, settings, WantedInput { tags: true, ..same }] {
            assert_eq!(step(wanted, &theirs), "failed", "{owner:?}");
        }
    }
    for state in [InputState::Deleting, InputState::Deleted] {
        assert_eq!(step(same, &attached(state, None)), "failed");
    }
}

#[test]
fn an_update_gives_way_to_a_later_request_and_to_a_delete() {
    let of_input = WantedInput { requested_at: NOW, changed: true, settings: true, tags: false };
    for (offset, of_channel, of_the_input) in
        [(-1, "Claim", "Claim"), (0, "UpdateSettings", "UpdateSettings"), (1, "failed", "failed")]
    {
        let at = (NOW + offset.seconds()).as_second().to_string();
        let channel = changing(channel_in(ChannelState::Idle, AutoStart::Done));
        let channel = with(channel, tags::REQUESTED_AT, &at);
        assert_eq!(next(SETTINGS, &channel), of_channel, "{at}");

        let mut seen = attached(InputState::Detached, None);
        seen.input.tags.insert(tags::REQUESTED_AT.into(), at);
        let step = next_of_input(&identity(), "2", of_input, Some(&seen));
        assert_eq!(word(&step), of_the_input);
    }
    let deleting = channel_in(ChannelState::Idle, AutoStart::Off);
    let step = next_of_channel(&identity(), "1", SAME, Some(&deleting));
    assert!(matches!(step, Step::Failed(Failure::Superseded { .. })), "{step:?}");
    let seen = attached(InputState::Attached, Some(deleting));
    let step = next_of_input(&identity(), "2", of_input, Some(&seen));
    assert!(matches!(step, Step::Failed(Failure::Superseded { .. })), "{step:?}");
}

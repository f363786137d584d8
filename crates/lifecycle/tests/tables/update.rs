//! Update of a channel, of an input and of the channel that plays it.

use lilo_lifecycle::channel::update::{Settings as SettingsChange, Wanted};
use lilo_lifecycle::channel::{Channel, ChannelClass, ChannelState};
use lilo_lifecycle::input::update::{Attachment, Wanted as WantedInput};
use lilo_lifecycle::input::{Input, InputState};
use lilo_lifecycle::tags::{self, AutoStart, RunState, Tags};
use lilo_lifecycle::{Failure, Step, channel, input};
use strum::IntoEnumIterator;

use super::{FRESH, channel_in, input_in, word};

/// When the Update was asked for.
const NOW: u64 = 1_700_000_000;

/// What is wanted when nothing is.
const SAME: Wanted = Wanted {
    asked: NOW,
    changed: false,
    class: ChannelClass::SinglePipeline,
    settings: SettingsChange::Same,
    tags: false,
    auto_start: false,
};

fn remembering(mut channel: Channel, state: RunState) -> Channel {
    channel.tags.insert(tags::RUN_STATE.into(), state.to_string());
    channel
}

fn claimed(mut channel: Channel) -> Channel {
    channel.tags.insert(tags::ASKED.into(), NOW.to_string());
    channel
}

fn changing(mut channel: Channel) -> Channel {
    channel.tags.insert(tags::SETTINGS.into(), tags::CHANGING.into());
    claimed(channel)
}

#[test]
fn updating_a_channel_stops_it_only_if_it_must_and_remembers_that_it_ran() {
    use ChannelState as S;
    let settings = Wanted { settings: SettingsChange::Checked, ..SAME };
    let unchecked = Wanted { settings: SettingsChange::Unchecked, ..SAME };
    let class = Wanted { class: ChannelClass::Standard, ..SAME };
    let tags = Wanted { tags: true, ..SAME };
    for state in S::iter() {
        let [same, tags_only, unchecked_settings, fresh_settings, marked, class_only] = match state
        {
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
        let claim = if same == "failed" { "failed" } else { "Claim" };
        let unclaimed = channel_in(state, AutoStart::Done);
        let fresh = claimed(unclaimed.clone());
        let next = |wanted, channel: &Channel| {
            word(&channel::update::next("1", wanted, Some(channel), FRESH))
        };
        for first in [settings, unchecked, class, Wanted { changed: true, ..SAME }] {
            assert_eq!(next(first, &unclaimed), claim, "{state}, before anything else");
        }
        assert_eq!(next(SAME, &unclaimed), same, "{state}, nothing changes");
        assert_eq!(next(SAME, &fresh), same, "{state}");
        assert_eq!(next(tags, &fresh), tags_only, "{state}");
        assert_eq!(next(unchecked, &fresh), unchecked_settings, "{state}");
        assert_eq!(next(settings, &fresh), fresh_settings, "{state}");
        let remembers = changing(remembering(fresh.clone(), RunState::Running));
        assert_eq!(next(settings, &remembers), marked, "{state}");
        assert_eq!(next(class, &fresh), class_only, "{state}");
    }
    assert_eq!(word(&channel::update::next("1", SAME, None, FRESH)), "failed");
}

#[test]
fn class_and_settings_change_in_the_order_that_the_inputs_class_allows() {
    use SettingsChange::{Checked, Same, Unchecked};
    let next = |wanted: Wanted, shown| {
        let idle = Channel { class: shown, ..channel_in(ChannelState::Idle, AutoStart::Done) };
        word(&channel::update::next("1", wanted, Some(&changing(idle)), FRESH))
    };
    let (single, standard) = (ChannelClass::SinglePipeline, ChannelClass::Standard);
    let to = |class, settings| Wanted { class, settings, ..SAME };

    assert_eq!(next(to(standard, Unchecked), single), "Validate");
    assert_eq!(next(to(standard, Checked), single), "UpdateSettings", "the input first");
    assert_eq!(next(to(standard, Same), single), "UpdateClass");
    assert_eq!(next(to(single, Unchecked), standard), "UpdateClass", "the input last");
    assert_eq!(next(to(single, Checked), single), "UpdateSettings");
}

#[test]
fn an_updated_channel_goes_back_to_the_run_state_that_it_had() {
    use ChannelState as S;
    let next =
        |wanted, channel: Channel| word(&channel::update::next("1", wanted, Some(&channel), FRESH));

    let ran = |state| remembering(channel_in(state, AutoStart::Done), RunState::Running);
    assert_eq!(next(SAME, ran(S::Idle)), "Start");
    assert_eq!(next(SAME, ran(S::Starting)), "ForgetRunState");
    let stopped = channel_in(S::Idle, AutoStart::Done);
    assert_eq!(next(SAME, stopped), "finished", "a person stopped it");
}

#[test]
fn auto_start_starts_a_channel_that_was_never_started_and_its_rollback_stops_it_again() {
    use ChannelState as S;
    let next = |auto_start, tags, channel: &Channel| {
        let wanted = Wanted { auto_start, tags, ..SAME };
        word(&channel::update::next("1", wanted, Some(channel), FRESH))
    };
    let never = |state| channel_in(state, AutoStart::False);
    let begun = |state, tag| remembering(channel_in(state, tag), RunState::Idle);

    assert_eq!(next(true, true, &never(S::Idle)), "RememberIdle");
    assert_eq!(next(true, true, &begun(S::Idle, AutoStart::False)), "Start");
    assert_eq!(next(true, true, &begun(S::Starting, AutoStart::False)), "UpdateTags");
    assert_eq!(next(true, false, &begun(S::Running, AutoStart::Done)), "ForgetRunState");
    assert_eq!(
        next(true, false, &begun(S::Idle, AutoStart::Done)),
        "Start",
        "its input has changed"
    );
    for tag in [AutoStart::False, AutoStart::Done] {
        assert_eq!(next(false, false, &begun(S::Running, tag)), "Stop", "rolled back");
        assert_eq!(next(false, false, &begun(S::Stopping, tag)), "wait");
        assert_eq!(next(false, true, &begun(S::Idle, tag)), "UpdateTags");
        assert_eq!(next(false, false, &begun(S::Idle, tag)), "ForgetRunState");
    }
    for state in [S::Idle, S::Running] {
        let done = channel_in(state, AutoStart::Done);
        assert_eq!(next(true, false, &done), "finished", "a person's business since");
        assert_eq!(next(false, false, &done), "finished");
    }
}

#[test]
fn updating_an_input_stops_the_channel_that_plays_it_and_brings_it_back() {
    use ChannelState as S;
    let (same, settings) = (
        WantedInput { asked: NOW, changed: false, settings: false, tags: false },
        WantedInput { asked: NOW, changed: true, settings: true, tags: false },
    );
    let next = |wanted, channel: Option<Channel>| {
        let mut input = input_in(InputState::Attached);
        input.tags.insert(tags::ASKED.into(), NOW.to_string());
        let seen = Attachment { input, channel };
        word(&input::update::next("2", wanted, Some(&seen), FRESH))
    };
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
        let remembers = remembering(channel.clone(), RunState::Running);
        assert_eq!(next(settings, Some(remembers.clone())), remembered, "{state}");
        assert_eq!(next(same, Some(remembers)), done, "{state}");
        // Started by an update that is not over: its own Update starts it again, or does not.
        let begun = remembering(channel.clone(), RunState::Idle);
        let interrupted = if fresh == "RememberRunning" { "StopChannel" } else { fresh };
        assert_eq!(next(settings, Some(begun.clone())), interrupted, "{state}");
        assert_eq!(next(same, Some(begun)), "finished", "{state}");
        assert_eq!(next(same, Some(channel)), "finished", "{state}");
    }
    let mut foreign = channel_in(S::Running, AutoStart::Done);
    foreign.tags.insert(tags::STACK_ID.into(), "another".into());
    assert_eq!(next(settings, Some(foreign.clone())), "failed", "another stack's");
    foreign.tags.remove(tags::STACK_ID);
    assert_eq!(next(settings, Some(foreign)), "failed", "not ours to stop");
    assert_eq!(next(settings, None), "UpdateSettings");
    assert_eq!(next(WantedInput { tags: true, ..same }, None), "UpdateTags");
    let unclaimed = Attachment { input: input_in(InputState::Attached), channel: None };
    let changed = WantedInput { changed: true, ..same };
    assert_eq!(word(&input::update::next("2", changed, Some(&unclaimed), FRESH)), "Claim");
    assert_eq!(word(&input::update::next("2", same, Some(&unclaimed), FRESH)), "finished");
    for state in [InputState::Deleting, InputState::Deleted] {
        let seen = Attachment { input: input_in(state), channel: None };
        assert_eq!(word(&input::update::next("2", same, Some(&seen), FRESH)), "failed");
    }
}

#[test]
fn an_input_of_the_other_class_is_replaced_by_what_there_is_before_a_new_one_is_made() {
    use input::replace::{candidate, is_needed, leftovers};
    let with = |id: &str, sources, state, replaces: Option<&str>| {
        let mut input = Input { id: id.into(), ..input_in(state) };
        input.settings.sources = vec!["s3ssl://b/a.mp4".into(); sources];
        input.tags.extend(replaces.map(|old| (tags::REPLACES.to_owned(), old.to_owned())));
        input
    };
    let old = with("1", 1, InputState::Attached, None);
    assert!(is_needed(&old, 2) && !is_needed(&old, 1));

    let id = |inputs: &[Input]| candidate(inputs, "1", 2).map(|input| input.id.clone());
    assert_eq!(id(std::slice::from_ref(&old)), None);
    let gone = with("2", 2, InputState::Deleted, Some("1"));
    let made = with("3", 2, InputState::Creating, Some("1"));
    assert_eq!(id(&[old.clone(), gone.clone(), made.clone()]), Some("3".into()));

    let played = with("4", 2, InputState::Attached, Some("1"));
    let others = with("5", 2, InputState::Detached, Some("9"));
    let all = [old, gone.clone(), made, played, others];
    let left = |id| leftovers(&all, id).map(|input| input.id.as_str()).collect::<Vec<_>>();
    assert_eq!(left("1"), ["3"], "what no channel plays");
    assert_eq!(left("4"), [""; 0], "a rollback has the channel play the old one again");
    let asked = |mut input: Input, at: u64| {
        input.tags.insert(tags::ASKED.into(), at.to_string());
        input
    };
    let is_over = |input: &Input| input::replace::is_over(Some(input), NOW);
    assert!(!is_over(&all[0]) && !is_over(&asked(all[0].clone(), NOW)));
    assert!(is_over(&asked(all[0].clone(), NOW + 1)), "a rollback has begun");
    assert!(is_over(&gone) && input::replace::is_over(None, NOW), "the stack is deleted");
    let deserted = [with("1", 1, InputState::Detached, None), all[3].clone()];
    let left: Vec<_> = leftovers(&deserted, "4").map(|input| input.id.as_str()).collect();
    assert_eq!(left, ["1"], "whose clean-up has failed");
}

#[test]
fn an_update_gives_way_to_a_later_request_and_to_a_delete() {
    let asked = |mut tags: Tags, at: u64| {
        tags.insert(tags::ASKED.into(), at.to_string());
        tags
    };
    let settings = Wanted { settings: SettingsChange::Checked, ..SAME };
    let of_input = WantedInput { asked: NOW, changed: true, settings: true, tags: false };
    for (at, channel_step, input_step) in [
        (NOW - 1, "Claim", "Claim"),
        (NOW, "UpdateSettings", "UpdateSettings"),
        (NOW + 1, "failed", "failed"),
    ] {
        let mut channel = changing(channel_in(ChannelState::Idle, AutoStart::Done));
        channel.tags = asked(channel.tags, at);
        let step = channel::update::next("1", settings, Some(&channel), FRESH);
        assert_eq!(word(&step), channel_step, "{at}");

        let mut input = input_in(InputState::Detached);
        input.tags = asked(input.tags, at);
        let seen = Attachment { input, channel: None };
        assert_eq!(word(&input::update::next("2", of_input, Some(&seen), FRESH)), input_step);
    }
    let deleting = channel_in(ChannelState::Idle, AutoStart::Off);
    let step = channel::update::next("1", SAME, Some(&deleting), FRESH);
    assert!(matches!(step, Step::Failed(Failure::Superseded { .. })), "{step:?}");
    let mut input = input_in(InputState::Attached);
    input.tags = asked(input.tags, NOW);
    let seen = Attachment { input, channel: Some(deleting) };
    assert_eq!(word(&input::update::next("2", of_input, Some(&seen), FRESH)), "failed");
}

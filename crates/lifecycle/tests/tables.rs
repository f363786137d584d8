//! Every verb in every state, as tables: what docs/semantics.md promises.

use std::time::Duration;

use jiff::Timestamp;
use lilo_lifecycle::channel::update::{Settings as SettingsChange, Wanted};
use lilo_lifecycle::channel::{Channel, ChannelClass, ChannelState};
use lilo_lifecycle::input::update::{Attachment, Wanted as WantedInput};
use lilo_lifecycle::input::{Input, InputState, Settings};
use lilo_lifecycle::tags::{self, AutoStart, RunState, Tags};
use lilo_lifecycle::{Failure, Identity, Patience, Step, channel, guard, input, start, sweep};
use strum::IntoEnumIterator;

const FRESH: Patience = Patience { spent: Duration::ZERO, budget: Duration::from_secs(600) };

fn identity() -> Identity {
    Identity {
        stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
        logical_id: "Channel".into(),
    }
}

fn our_tags(auto_start: AutoStart) -> Tags {
    let mut tags = tags::of_resource(&identity(), &Tags::new());
    tags.insert(tags::AUTO_START.into(), auto_start.as_str().into());
    tags
}

fn channel_in(state: ChannelState, auto_start: AutoStart) -> Channel {
    Channel {
        id: "1".into(),
        arn: "arn".into(),
        state,
        class: ChannelClass::SinglePipeline,
        tags: our_tags(auto_start),
    }
}

fn input_in(state: InputState) -> Input {
    Input {
        id: "2".into(),
        arn: "arn".into(),
        state,
        settings: Settings { sources: vec!["s3ssl://b/a.mp4".into()], ..Settings::default() },
        attached_channels: Vec::new(),
        tags: our_tags(AutoStart::False),
    }
}

/// One word for a step, so that a table reads as one.
fn word<A: std::fmt::Debug>(step: &Step<A>) -> String {
    match step {
        Step::Perform(action) | Step::Last(action) => format!("{action:?}"),
        Step::Wait(_) => "wait".into(),
        Step::Finished => "finished".into(),
        Step::Failed(_) => "failed".into(),
    }
}

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
    assert_eq!(word(&channel::create::next("1", None, FRESH)), "failed");
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
fn only_a_channel_of_ours_that_wants_it_is_started_and_marked() {
    use ChannelState as S;
    for state in S::iter() {
        let expected = match state {
            S::Idle => "Start",
            S::Starting | S::Running | S::Recovering | S::Stopping => "MarkDone",
            S::Creating | S::Updating => "wait",
            S::CreateFailed | S::UpdateFailed | S::Deleting | S::Deleted => "finished",
        };
        let mut channel = channel_in(state, AutoStart::True);
        assert_eq!(word(&start::next(Some(&channel), FRESH)), expected, "{state}");

        channel.tags.remove(tags::STACK_ID);
        assert_eq!(start::next(Some(&channel), FRESH), Step::Finished, "foreign, {state}");
        for tag in [AutoStart::False, AutoStart::Done, AutoStart::Off] {
            let step = start::next(Some(&channel_in(state, tag)), FRESH);
            assert_eq!(step, Step::Finished, "{state} {tag:?}");
        }
    }
    assert_eq!(start::next(None, FRESH), Step::Finished);
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
    assert_eq!(word(&input::create::next("2", None, FRESH)), "failed");
    assert_eq!(input::delete::next(None, FRESH), Step::Finished);
}

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
        assert_eq!(next(same, Some(channel)), "finished", "{state}");
    }
    let mut foreign = channel_in(S::Running, AutoStart::Done);
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
    let all = [old, gone, made, played, others];
    let left = |id| leftovers(&all, id).map(|input| input.id.as_str()).collect::<Vec<_>>();
    assert_eq!(left("1"), ["3"], "what no channel plays");
    assert_eq!(left("4"), [""; 0], "a rollback has the channel play the old one again");
    let deserted = [with("1", 1, InputState::Detached, None), all[3].clone()];
    let left: Vec<_> = leftovers(&deserted, "4").map(|input| input.id.as_str()).collect();
    assert_eq!(left, ["1"], "whose clean-up has failed");
}

fn guarded(state: ChannelState, hours: Option<u32>, since: Option<&str>) -> Channel {
    let mut channel = channel_in(state, AutoStart::Done);
    channel.tags.extend(hours.map(|hours| (tags::STOP_AFTER_HOURS.into(), hours.to_string())));
    channel.tags.extend(since.map(|at| (tags::RUNNING_SINCE.into(), at.to_owned())));
    channel
}

fn at(time: &str) -> Timestamp {
    time.parse().expect("a time")
}

#[test]
fn it_is_noted_since_when_a_channel_runs() {
    use ChannelState as S;
    let changed = at("2026-11-22T10:00:00Z");
    let next = |channel: &Channel| word(&guard::next(Some(channel), changed));
    let before = Some("2026-11-22T09:00:00Z");
    for state in S::iter() {
        let [unset, set] = match state {
            S::Starting | S::Running | S::Recovering => {
                ["SetRunningSince(2026-11-22T10:00:00Z)", "finished"]
            }
            S::Idle | S::Stopping => ["finished", "ClearRunningSince"],
            S::Creating
            | S::Updating
            | S::CreateFailed
            | S::UpdateFailed
            | S::Deleting
            | S::Deleted => ["finished"; 2],
        };
        for hours in [Some(4), None] {
            assert_eq!(next(&guarded(state, hours, None)), unset, "{state}");
            assert_eq!(next(&guarded(state, hours, before)), set, "{state}");
        }
    }
    let unreadable = guarded(S::Running, Some(4), Some("soon"));
    assert_eq!(next(&unreadable), "SetRunningSince(2026-11-22T10:00:00Z)");

    let mut foreign = guarded(S::Running, Some(4), None);
    foreign.tags.remove(tags::STACK_ID);
    assert_eq!(next(&foreign), "finished");
    assert_eq!(guard::next(None, changed), Step::Finished);
}

#[test]
fn the_sweep_starts_what_no_event_started_and_stops_what_is_due() {
    use ChannelState as S;
    let now = at("2026-11-22T10:00:00Z");
    let next = |channel: &Channel| word(&sweep::next(Some(channel), now));
    let (past, ahead) = (Some("2026-11-22T06:00:00Z"), Some("2026-11-22T06:00:01Z"));
    let (clear, set) = ("ClearRunningSince", "SetRunningSince(2026-11-22T10:00:00Z)");
    for state in S::iter() {
        let [start, unset, due, early, never] = match state {
            S::Idle => ["Start", "finished", clear, clear, clear],
            S::Running | S::Recovering => ["MarkDone", set, "Stop", "finished", "finished"],
            S::Starting => ["MarkDone", "finished", "finished", "finished", "finished"],
            S::Stopping => ["finished", "finished", clear, clear, clear],
            S::Creating
            | S::Updating
            | S::CreateFailed
            | S::UpdateFailed
            | S::Deleting
            | S::Deleted => ["finished"; 5],
        };
        assert_eq!(next(&channel_in(state, AutoStart::True)), start, "{state}");
        for hours in [Some(4), None] {
            assert_eq!(next(&guarded(state, hours, None)), unset, "{state}");
        }
        assert_eq!(next(&guarded(state, Some(4), past)), due, "{state}");
        assert_eq!(next(&guarded(state, Some(4), ahead)), early, "{state}");
        assert_eq!(next(&guarded(state, None, past)), never, "{state}");

        let mut foreign = channel_in(state, AutoStart::True);
        foreign.tags.remove(tags::STACK_ID);
        assert_eq!(next(&foreign), "finished", "foreign, {state}");
        let mut deleting = guarded(state, Some(4), past);
        deleting.tags.insert(tags::AUTO_START.into(), AutoStart::Off.as_str().into());
        assert_eq!(next(&deleting), "finished", "its Delete has begun, {state}");
    }
    assert_eq!(sweep::next(None, now), Step::Finished);
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

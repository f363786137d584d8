//! The starter, the sweep and the cost guard.

use jiff::Timestamp;
use lilo_lifecycle::channel::{Channel, ChannelState};
use lilo_lifecycle::tags::{self, AutoStart};
use lilo_lifecycle::{Step, guard, start, sweep};
use strum::IntoEnumIterator;

use super::{FRESH, channel_in, word};

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
            S::Running | S::Recovering => ["SetRunningSince(2026-11-22T10:00:00Z)", "finished"],
            S::Idle | S::Stopping => ["finished", "ClearRunningSince"],
            S::Creating
            | S::Updating
            | S::Starting
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
        let deleting = |hours, since| {
            let mut channel = guarded(state, hours, since);
            channel.tags.insert(tags::AUTO_START.into(), AutoStart::Off.as_str().into());
            next(&channel)
        };
        let stopped = if due == "Stop" { "Stop" } else { "finished" };
        assert_eq!(deleting(Some(4), past), stopped, "its Delete has begun and failed, {state}");
        assert_eq!(deleting(Some(4), ahead), "finished", "{state}");
        assert_eq!(deleting(None, None), "finished", "{state}");
    }
    assert_eq!(sweep::next(None, now), Step::Finished);
}

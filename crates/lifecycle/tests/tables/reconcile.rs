//! What the starter does to a channel, at an event and at the sweep.

use jiff::Timestamp;
use lilo_lifecycle::Step;
use lilo_lifecycle::channel::reconcile::{Look, next};
use lilo_lifecycle::channel::{Channel, ChannelState};
use lilo_lifecycle::tags::{self, AutoStart};
use strum::IntoEnumIterator;

use super::{channel_in, word};

const NOW: Timestamp = Timestamp::constant(1_795_341_600, 0);
const LOOK: Look = Look { now: NOW, stopped_at: None };

fn channel(state: ChannelState, tag: AutoStart, hours: u32, since: Option<&str>) -> Channel {
    let mut channel = channel_in(state, tag);
    if hours > 0 {
        channel.tags.insert(tags::STOP_AFTER_HOURS.into(), hours.to_string());
    }
    channel.tags.extend(since.map(|at| (tags::RUNNING_SINCE.into(), at.to_owned())));
    channel
}

#[test]
fn a_channel_runs_and_stops_as_its_tags_say() {
    use ChannelState as S;
    let (past, ahead) = ("2026-11-22T06:00:00Z", "2026-11-22T06:00:01Z");
    let (set, clear) = ("SetRunningSince(2026-11-22T10:00:00Z)", "ClearRunningSince");
    for state in S::iter() {
        let [start, unset, due, early] = match state {
            S::Idle => ["Start", "finished", clear, clear],
            S::Starting | S::Stopping => ["MarkStarted", "finished", clear, clear],
            S::Running | S::Recovering => ["MarkStarted", set, "Stop", "finished"],
            S::Creating | S::Updating => ["wait", "finished", "finished", "finished"],
            S::CreateFailed | S::UpdateFailed | S::Deleting | S::Deleted => ["finished"; 4],
        };
        let step = |tag, hours, since| word(&next(Some(&channel(state, tag, hours, since)), LOOK));
        assert_eq!(step(AutoStart::True, 0, None), start, "{state}");
        // Also when its Delete has begun, and has failed.
        for tag in [AutoStart::False, AutoStart::Done, AutoStart::Off] {
            assert_eq!(step(tag, 4, None), unset, "{state} {tag:?}");
            assert_eq!(step(tag, 0, None), unset, "{state} {tag:?}");
            assert_eq!(step(tag, 4, Some(past)), due, "{state} {tag:?}");
            assert_eq!(step(tag, 4, Some(ahead)), early, "{state} {tag:?}");
            assert_eq!(step(tag, 0, Some(past)), early, "{state} {tag:?}: no limit");
        }
        // An Update has stopped it, or is about to.
        let mut updated = channel(state, AutoStart::True, 0, None);
        updated.tags.insert(tags::RUN_STATE.into(), tags::RUNNING.into());
        let expected = if state == S::Idle { "finished" } else { start };
        assert_eq!(word(&next(Some(&updated), LOOK)), expected, "{state}");
        let mut foreign = channel(state, AutoStart::True, 4, Some(past));
        foreign.tags.remove(tags::STACK_ID);
        assert_eq!(next(Some(&foreign), LOOK), Step::Finished, "foreign, {state}");
    }
    let unreadable = channel(S::Running, AutoStart::Done, 4, Some("soon"));
    assert_eq!(word(&next(Some(&unreadable), LOOK)), set);
    assert_eq!(next(None, LOOK), Step::Finished);
}

#[test]
fn a_stop_ends_the_run_that_began_before_it() {
    let set = "SetRunningSince(2026-11-22T10:00:00Z)";
    for state in [ChannelState::Running, ChannelState::Recovering] {
        for (since, stopped_at, step) in [
            ("2026-11-22T06:00:01Z", "2026-11-22T09:59:00Z", set),
            ("2026-11-22T09:59:00Z", "2026-11-22T09:59:00Z", "finished"),
            ("2026-11-22T09:59:01Z", "2026-11-22T09:59:00Z", "finished"),
            // A clock that is ahead, or a crafted event.
            ("2026-11-22T10:00:00Z", "2099-11-22T10:00:00Z", "finished"),
        ] {
            let look = Look { stopped_at: Some(stopped_at.parse().expect("a time")), ..LOOK };
            let channel = channel(state, AutoStart::Done, 4, Some(since));
            assert_eq!(word(&next(Some(&channel), look)), step, "{state} {since}");
        }
    }
}

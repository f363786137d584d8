//! Reads the tables like MediaLive's documentation: which states accept a start, stop or delete.

use super::*;

const CHANNEL_STATES: [ChannelState; 11] = [
    ChannelState::Creating,
    ChannelState::CreateFailed,
    ChannelState::Idle,
    ChannelState::Starting,
    ChannelState::Running,
    ChannelState::Recovering,
    ChannelState::Stopping,
    ChannelState::Deleting,
    ChannelState::Deleted,
    ChannelState::Updating,
    ChannelState::UpdateFailed,
];

const INPUT_STATES: [InputState; 5] = [
    InputState::Creating,
    InputState::Detached,
    InputState::Attached,
    InputState::Deleting,
    InputState::Deleted,
];

fn channels_accepting(trigger: ChannelTrigger) -> Vec<ChannelState> {
    CHANNEL_STATES.into_iter().filter(|state| state.after(trigger).is_ok()).collect()
}

fn inputs_accepting(trigger: InputTrigger) -> Vec<InputState> {
    INPUT_STATES.into_iter().filter(|state| state.after(trigger).is_ok()).collect()
}

#[test]
fn only_an_idle_channel_can_be_started_or_updated() {
    assert_eq!(channels_accepting(ChannelTrigger::Update), [ChannelState::Idle]);
    assert_eq!(channels_accepting(ChannelTrigger::Start), [ChannelState::Idle]);
}

#[test]
fn a_channel_that_works_or_is_about_to_can_be_stopped() {
    let expected = [ChannelState::Starting, ChannelState::Running, ChannelState::Recovering];
    assert_eq!(channels_accepting(ChannelTrigger::Stop), expected);
}

#[test]
fn a_channel_at_rest_can_be_deleted_and_a_deleted_one_again() {
    let expected = [
        ChannelState::CreateFailed,
        ChannelState::Idle,
        ChannelState::Deleted,
        ChannelState::UpdateFailed,
    ];
    assert_eq!(channels_accepting(ChannelTrigger::Delete), expected);
}

#[test]
fn a_fault_leads_to_recovering_and_playing_back_to_running() {
    for state in [ChannelState::Starting, ChannelState::Running, ChannelState::Recovering] {
        assert_eq!(state.after(ChannelTrigger::Fault), Ok(ChannelState::Recovering));
    }
    for state in [ChannelState::Starting, ChannelState::Recovering] {
        assert_eq!(state.after(ChannelTrigger::Playing), Ok(ChannelState::Running));
    }
}

#[test]
fn a_stopping_channel_hears_nothing_more_of_its_pipelines() {
    assert_eq!(ChannelState::Stopping.after(ChannelTrigger::Playing), Err(Conflict));
    assert_eq!(ChannelState::Stopping.after(ChannelTrigger::Fault), Err(Conflict));
}

#[test]
fn what_ends_a_transition_fits_only_the_state_in_transition() {
    assert_eq!(channels_accepting(ChannelTrigger::Created), [ChannelState::Creating]);
    assert_eq!(channels_accepting(ChannelTrigger::Updated), [ChannelState::Updating]);
    assert_eq!(channels_accepting(ChannelTrigger::Stopped), [ChannelState::Stopping]);
    assert_eq!(channels_accepting(ChannelTrigger::Deleted), [ChannelState::Deleting]);
    assert_eq!(inputs_accepting(InputTrigger::Created), [InputState::Creating]);
    assert_eq!(inputs_accepting(InputTrigger::Deleted), [InputState::Deleting]);
}

#[test]
fn input_is_attached_if_detached_and_released_if_attached() {
    let free = [InputState::Creating, InputState::Detached];
    assert_eq!(inputs_accepting(InputTrigger::Attach), free);
    let held = [InputState::Creating, InputState::Attached];
    assert_eq!(inputs_accepting(InputTrigger::Release), held);
}

#[test]
fn an_input_in_use_or_in_the_making_cannot_be_deleted() {
    let expected = [InputState::Detached, InputState::Deleting, InputState::Deleted];
    assert_eq!(inputs_accepting(InputTrigger::Delete), expected);
}

#[test]
fn a_table_says_one_thing_about_a_state_and_a_trigger() {
    for (index, (from, by, _)) in CHANNEL.iter().enumerate() {
        let twin =
            CHANNEL[..index].iter().any(|(state, trigger, _)| (state, trigger) == (from, by));
        assert!(!twin, "{from} has two answers to {by:?}");
    }
    for (index, (from, by, _)) in INPUT.iter().enumerate() {
        let twin = INPUT[..index].iter().any(|(state, trigger, _)| (state, trigger) == (from, by));
        assert!(!twin, "{from} has two answers to {by:?}");
    }
}

#[test]
fn states_are_shown_under_their_name_in_the_api() {
    assert_eq!(ChannelState::CreateFailed.to_string(), "CREATE_FAILED");
    assert_eq!(InputState::Detached.to_string(), "DETACHED");
}

//! What happens in a campaign, and how it is drawn.

use std::time::Duration;

use lilo_medialive_emulator::{EventFault, ReportedState};
use lilo_tests::{
    CALL_FAULTS, CallFault, Calls, Cloud, Fault, Function, Loop, REPLY, Turns, samples,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

/// What the stack's template says.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a parameter of its own")]
pub(super) struct Wanted {
    pub(super) standard: bool,
    pub(super) two_sources: bool,
    pub(super) source: u8,
    pub(super) bitrate: u8,
    pub(super) owner: u8,
    pub(super) auto_start: bool,
    pub(super) limited: bool,
}

/// What happens next.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A person updates the stack; what fails is rolled back with the input first, or last.
    Update { to: Wanted, input_first: bool },
    /// A person starts, stops or deletes the channel, or deletes the input, by hand.
    ByHand(Hand),
    /// Something goes wrong some time: a call of a function, a state or an event of MediaLive's, a
    /// delivery.
    Fault(Fault),
    /// Time passes.
    Pass(u64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hand {
    Start,
    Stop,
    DeleteChannel,
    DeleteInput,
    TagChannel,
}

const CALLS: [(&str, &[&str]); 3] = [
    (
        "lilo-input",
        &[
            "CreateInput",
            "DescribeInput",
            "DescribeChannel",
            "ListInputs",
            "UpdateInput",
            "DeleteInput",
            "StopChannel",
            "StartChannel",
            "CreateTags",
            "DeleteTags",
            REPLY,
            "PutEvents",
        ],
    ),
    (
        "lilo-channel",
        &[
            "CreateChannel",
            "DescribeChannel",
            "ListChannels",
            "UpdateChannel",
            "UpdateChannelClass",
            "DeleteChannel",
            "StopChannel",
            "StartChannel",
            "CreateTags",
            "DeleteTags",
            REPLY,
            "PutEvents",
        ],
    ),
    (
        "lilo-starter",
        &["DescribeChannel", "ListChannels", "StartChannel", "StopChannel", "CreateTags"],
    ),
];

pub(super) fn wanted() -> impl Strategy<Value = Wanted> {
    (any::<[bool; 4]>(), 0..2_u8, 0..3_u8, 0..2_u8).prop_map(|(flags, source, bitrate, owner)| {
        let [standard, two_sources, auto_start, limited] = flags;
        // A channel with two pipelines needs an input with two sources.
        let two_sources = two_sources || standard;
        Wanted { standard, two_sources, source, bitrate, owner, auto_start, limited }
    })
}

pub(super) fn call_fault() -> impl Strategy<Value = Event> {
    let calls: Vec<_> = CALLS
        .iter()
        .flat_map(|(role, operations)| operations.iter().map(|operation| (*role, *operation)))
        .collect();
    let nth = (select(calls), 1..4_usize);
    let fault = (nth, select(CALL_FAULTS.to_vec()), select(vec![1, 2, 5]));
    fault.prop_map(|(((role, operation), nth), fault, times)| {
        // Lambda tries three times: what kills the function oftener is never answered, and nobody
        // can help it.
        let deadly = matches!(fault, CallFault::KillBefore | CallFault::KillAfter);
        let times = if deadly || operation == REPLY { times.min(2) } else { times };
        let turns = Turns { first: nth.try_into().unwrap(), times };
        Event::Fault(Fault::Call { calls: Calls::to(operation).by(role), turns, fault })
    })
}

pub(super) fn delivery(kinds: &[&'static str]) -> impl Strategy<Value = Event> + use<> {
    let functions = vec![Function::Input, Function::Channel];
    (select(functions), select(kinds.to_vec()), 0..120_u64, 1..600_u64).prop_map(
        |(function, request_type, late, again)| {
            let (late, again) = (Duration::from_secs(late), Some(Duration::from_secs(again)));
            Event::Fault(Fault::Delivery { function, request_type, late, again })
        },
    )
}

pub(super) fn event() -> impl Strategy<Value = Event> {
    let hands =
        vec![Hand::Start, Hand::Stop, Hand::DeleteChannel, Hand::DeleteInput, Hand::TagChannel];
    let stuck = vec![
        "CreateInput",
        "CreateChannel",
        "StartChannel",
        "StopChannel",
        "UpdateChannelClass",
        "DeleteChannel",
        "DeleteInput",
    ];
    let states = vec![ReportedState::Created, ReportedState::Running];
    prop_oneof![
        4 => (wanted(), any::<bool>()).prop_map(|(to, input_first)| Event::Update { to, input_first }),
        2 => select(hands).prop_map(Event::ByHand),
        4 => call_fault(),
        1 => (select(stuck), 10..1200_u64).prop_map(|(operation, time)| {
            Event::Fault(Fault::stuck(operation, Some(Duration::from_secs(time))))
        }),
        1 => (select(states), select(vec![EventFault::Lost, EventFault::Repeated]))
            .prop_map(|(state, fault)| Event::Fault(Fault::event(state, fault))),
        1 => delivery(&["Update", "Delete"]),
        2 => (1..2000_u64).prop_map(Event::Pass),
    ]
}

impl Event {
    /// Whether MediaLive clearly says no to a creation.
    pub(super) fn refuses_creation(&self) -> bool {
        self.refuses(&["CreateInput", "CreateChannel"])
    }

    /// Whether MediaLive clearly says no to a list.
    pub(super) fn refuses_a_list(&self) -> bool {
        self.refuses(&["ListInputs", "ListChannels"])
    }

    fn refuses(&self, operations: &[&str]) -> bool {
        let Self::Fault(Fault::Call { calls, fault, .. }) = self else { return false };
        calls.operations.iter().any(|it| operations.contains(it))
            && matches!(fault, CallFault::Status { status: 400 | 403 | 404 | 409 | 422, .. })
    }

    /// Sets what goes wrong later; does nothing for what happens at once.
    pub(super) fn prepare(&self, cloud: &Cloud) {
        let Self::Fault(fault) = self else { return };
        if matches!(fault, Fault::Call { .. }) {
            // One call at a time goes wrong.
            cloud.clear_faults();
        }
        cloud.inject(fault.clone());
    }
}

impl Wanted {
    pub(super) fn template(self) -> Loop {
        let first = format!("s3ssl://bucket/{}.mp4", self.source);
        let sources =
            if self.two_sources { vec![first, "s3ssl://bucket/b.mp4".into()] } else { vec![first] };
        let owner = json!({"Owner": format!("owner-{}", self.owner)});
        let input = samples::with(samples::input(), "Sources", sources);
        let mut channel =
            samples::with(samples::channel("0"), "AutoStart", self.auto_start.to_string());
        channel["VideoBitrate"] = format!("{}000000", self.bitrate + 1).into();
        // So long that no campaign sees the end of it.
        channel["StopAfterHours"] = if self.limited { "8760" } else { "0" }.into();
        channel["Tags"] = owner.clone();
        if self.standard {
            channel["ChannelClass"] = "STANDARD".into();
            channel["Destinations"] = json!(["rtp://203.0.113.10:5000", "rtp://203.0.113.11:5000"]);
        }
        Loop { input: samples::with(input, "Tags", owner), channel }
    }
}

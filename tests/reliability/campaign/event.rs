//! What happens in a campaign, and how it is drawn.

use std::time::Duration;

use lilo_medialive_emulator::{CallFault, EventFault, Fault, ReportedState};
use lilo_tests::{Cloud, Delivery, Function, Loop, REPLY, TROUBLES, Target, Trouble, samples};
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
    /// A call of a function meets trouble, some time.
    Trouble(Target, Trouble, usize),
    /// A state takes its time.
    Stuck(&'static str, u64),
    /// An event of MediaLive's is lost or repeated.
    Events(ReportedState, EventFault),
    /// Requests of a kind are delivered late, and again.
    Delivery(Function, &'static str, u64, u64),
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

pub(super) fn trouble() -> impl Strategy<Value = Event> {
    let calls: Vec<_> = CALLS
        .iter()
        .flat_map(|(role, operations)| operations.iter().map(|operation| (*role, *operation)))
        .collect();
    let target = (select(calls), 1..4_usize).prop_map(|((role, operation), nth)| Target {
        role,
        operation,
        nth,
    });
    let troubles: Vec<_> = TROUBLES.iter().map(|(_, trouble)| *trouble).collect();
    (target, select(troubles), select(vec![1, 2, 5])).prop_map(|(target, trouble, times)| {
        // Lambda tries three times: what kills the function oftener is never answered, and nobody can help it.
        let deadly = matches!(trouble, Trouble::KillBefore | Trouble::KillAfter);
        let times = if deadly || target.operation == REPLY { times.min(2) } else { times };
        Event::Trouble(target, trouble, times)
    })
}

pub(super) fn delivery(kinds: &[&'static str]) -> impl Strategy<Value = Event> + use<> {
    let functions = vec![Function::Input, Function::Channel];
    (select(functions), select(kinds.to_vec()), 0..120_u64, 1..600_u64)
        .prop_map(|(function, kind, late, again)| Event::Delivery(function, kind, late, again))
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
        4 => trouble(),
        1 => (select(stuck), 10..1200_u64).prop_map(|(operation, time)| Event::Stuck(operation, time)),
        1 => (select(states), select(vec![EventFault::Lost, EventFault::Repeated]))
            .prop_map(|(state, trouble)| Event::Events(state, trouble)),
        1 => delivery(&["Update", "Delete"]),
        2 => (1..2000_u64).prop_map(Event::Pass),
    ]
}

impl Event {
    /// Whether MediaLive clearly says no to a creation.
    pub(super) fn refuses_creation(&self) -> bool {
        let Self::Trouble(target, trouble, _) = self else { return false };
        let creation = ["CreateInput", "CreateChannel"].contains(&target.operation);
        creation && matches!(trouble, Trouble::Status(400 | 403 | 404 | 409 | 422))
    }

    /// Whether MediaLive clearly says no to a list.
    pub(super) fn refuses_a_list(&self) -> bool {
        let Self::Trouble(target, trouble, _) = self else { return false };
        let list = ["ListInputs", "ListChannels"].contains(&target.operation);
        list && matches!(trouble, Trouble::Status(400 | 403 | 404 | 409 | 422))
    }

    /// Sets what goes wrong later; does nothing for what happens at once.
    pub(super) fn prepare(&self, cloud: &Cloud) {
        match self {
            Self::Trouble(target, trouble, times) => {
                cloud.set_trap(target.clone(), *trouble, *times);
            }
            Self::Stuck(operation, time) => {
                let time = Duration::from_secs(*time);
                cloud.inject(Fault::call(operation, CallFault::Stuck(Some(time)))).unwrap();
            }
            Self::Events(state, trouble) => cloud.inject(Fault::event(*state, *trouble)).unwrap(),
            Self::Delivery(function, kind, late, again) => {
                let late = Duration::from_secs(*late);
                let again = Some(Duration::from_secs(*again));
                cloud.deliver(*function, kind, Delivery { late, again });
            }
            Self::Update { .. } | Self::ByHand(_) | Self::Pass(_) => {}
        }
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

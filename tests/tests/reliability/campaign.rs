//! The random campaign: whatever CloudFormation, MediaLive and a person do in whatever order, the invariants hold.
//!
//! `LILO_SEED` plays another campaign than the last; a failure is shrunk, and printed with its seed.

use std::cell::Cell;
use std::time::{Duration, Instant};

use lilo_lifecycle::channel::{Channel, ChannelState};
use lilo_lifecycle::tags;
use lilo_medialive_emulator::{CallTrouble, EventTrouble, Fault, ReportedState};
use lilo_tests::{
    ANOTHER_ANSWER, Cloud, Delivery, Function, Loop, REPLY, Stack, Status, TROUBLES, Target,
    Trouble, samples,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use tokio::time::sleep;

use crate::full;
use crate::invariants;
use crate::others::Others;

/// What the stack's template says.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a parameter of its own")]
struct Wanted {
    standard: bool,
    two_sources: bool,
    source: u8,
    bitrate: u8,
    owner: u8,
    auto_start: bool,
    limited: bool,
}

/// What happens next.
#[derive(Clone, Debug)]
enum Event {
    /// A person updates the stack; what fails is rolled back with the input first, or last.
    Update { to: Wanted, input_first: bool },
    /// A person starts, stops or deletes the channel, or deletes the input, by hand.
    ByHand(Hand),
    /// A call of a function meets trouble, some time.
    Trouble(Target, Trouble, usize),
    /// A state takes its time.
    Stuck(&'static str, u64),
    /// An event of MediaLive's is lost or repeated.
    Events(ReportedState, EventTrouble),
    /// Requests of a kind are delivered late, and again.
    Delivery(Function, &'static str, u64, u64),
    /// Time passes.
    Pass(u64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Hand {
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

fn wanted() -> impl Strategy<Value = Wanted> {
    (any::<[bool; 4]>(), 0..2_u8, 0..3_u8, 0..2_u8).prop_map(|(flags, source, bitrate, owner)| {
        let [standard, two_sources, auto_start, limited] = flags;
        // A channel with two pipelines needs an input with two sources.
        let two_sources = two_sources || standard;
        Wanted { standard, two_sources, source, bitrate, owner, auto_start, limited }
    })
}

fn trouble() -> impl Strategy<Value = Event> {
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

fn delivery(kinds: &[&'static str]) -> impl Strategy<Value = Event> + use<> {
    let functions = vec![Function::Input, Function::Channel];
    (select(functions), select(kinds.to_vec()), 0..120_u64, 1..600_u64)
        .prop_map(|(function, kind, late, again)| Event::Delivery(function, kind, late, again))
}

fn event() -> impl Strategy<Value = Event> {
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
        1 => (select(states), select(vec![EventTrouble::Lost, EventTrouble::Repeated]))
            .prop_map(|(state, trouble)| Event::Events(state, trouble)),
        1 => delivery(&["Update", "Delete"]),
        2 => (1..2000_u64).prop_map(Event::Pass),
    ]
}

impl Event {
    /// Whether MediaLive clearly says no to a creation.
    fn refuses_creation(&self) -> bool {
        let Self::Trouble(target, trouble, _) = self else { return false };
        let creation = ["CreateInput", "CreateChannel"].contains(&target.operation);
        creation && matches!(trouble, Trouble::Status(400 | 403 | 404 | 409 | 422))
    }

    /// Sets what goes wrong later; does nothing for what happens at once.
    fn prepare(&self, cloud: &Cloud) {
        match self {
            Self::Trouble(target, trouble, times) => {
                cloud.set_trap(target.clone(), *trouble, *times);
            }
            Self::Stuck(operation, time) => {
                let time = Duration::from_secs(*time);
                cloud.inject(Fault::call(operation, CallTrouble::Stuck(Some(time)))).unwrap();
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
    fn template(self) -> Loop {
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

/// A campaign under way.
struct Play<'a> {
    cloud: &'a Cloud,
    stack: Stack,
    now: Wanted,
    /// Whether anything but a function may have started or stopped the channel, or taken it away.
    by_hand: bool,
    /// Whether requests come more than once.
    repeated: bool,
    /// Whether any template so far wanted a start.
    start_wanted: bool,
    wrong: Vec<String>,
}

impl Play<'_> {
    async fn channel(&self) -> Option<Channel> {
        let id = self.stack.physical_id(Function::Channel)?;
        self.cloud.person().describe_channel(id).await.ok()
    }

    async fn meet(&mut self, event: &Event) {
        match event {
            Event::Update { to, input_first } => {
                self.stack.rollback_in_order = *input_first;
                self.update(*to).await;
            }
            Event::ByHand(hand) => self.by_hand(*hand).await,
            Event::Pass(time) => sleep(Duration::from_secs(*time)).await,
            Event::Trouble(..) | Event::Stuck(..) | Event::Events(..) | Event::Delivery(..) => {
                self.repeated |= matches!(event, Event::Delivery(..));
                event.prepare(self.cloud);
            }
        }
    }

    /// Updates the stack, and looks whether the channel does afterwards what it did before.
    async fn update(&mut self, wanted: Wanted) {
        let updatable = matches!(
            self.stack.status,
            Status::CreateComplete | Status::UpdateComplete | Status::UpdateRollbackComplete
        );
        if !updatable {
            return;
        }
        self.cloud.settle().await;
        let before = self.channel().await;
        self.start_wanted |= wanted.auto_start;
        self.stack.update(&wanted.template()).await;
        self.cloud.settle().await;
        let completed = self.stack.status == Status::UpdateComplete;
        let turned_on = wanted.auto_start && !self.now.auto_start;
        if completed {
            self.now = wanted;
        }
        if self.stack.status == Status::UpdateRollbackFailed {
            return;
        }
        sleep(Duration::from_secs(60)).await;
        let (Some(before), Some(after)) = (before, self.channel().await) else { return };
        let kept = match before.state {
            ChannelState::Running => {
                matches!(after.state, ChannelState::Starting | ChannelState::Running)
            }
            // Of two deliveries one may fail when the other is done, after which a rollback looks as if a person turned it off.
            ChannelState::Idle if turned_on && (completed || self.repeated) => true,
            ChannelState::Idle if tags::want_start(&before.tags) => true,
            ChannelState::Idle => after.state == ChannelState::Idle,
            _ => true,
        };
        if !kept {
            let (before, after) = (before.state, after.state);
            let reasons = &self.stack.reasons;
            self.wrong.push(format!("{before} before the update, {after} after it: {reasons:?}"));
        }
    }

    async fn by_hand(&mut self, hand: Hand) {
        let Some(channel) = self.channel().await else { return };
        let person = self.cloud.person();
        let input = self.stack.physical_id(Function::Input).unwrap_or_default();
        // Whether MediaLive lets them is not our business.
        let _ = match hand {
            Hand::Start => person.start_channel(&channel.id).await,
            Hand::Stop => person.stop_channel(&channel.id).await,
            Hand::DeleteChannel => person.delete_channel(&channel.id).await,
            Hand::DeleteInput => person.delete_input(input).await,
            Hand::TagChannel => person.set_tag(&channel.arn, "Cost", "ours").await,
        };
        self.by_hand = true;
        sleep(Duration::from_secs(5)).await;
    }
}

async fn play(cloud: &Cloud, first: Wanted, before: &[Event], events: &[Event]) -> Vec<String> {
    let others = Others::make(cloud).await;
    let mut wrong = Vec::new();
    for event in before {
        event.prepare(cloud);
    }
    let stack = Stack::create(cloud, "Dev", &first.template()).await;
    let start_wanted = first.auto_start;
    let mut play = Play {
        cloud,
        stack,
        now: first,
        by_hand: false,
        repeated: false,
        start_wanted,
        wrong: Vec::new(),
    };
    let channel = play.stack.physical_id(Function::Channel).map(str::to_owned);
    for event in events {
        play.meet(event).await;
    }
    if matches!(play.stack.status, Status::UpdateComplete | Status::UpdateRollbackComplete)
        && play.stack.physical_id(Function::Channel) != channel.as_deref()
    {
        wrong.push("another channel".to_owned());
    }
    // It need not have come to the last of them.
    let _ = cloud.take_trap();
    cloud.settle().await;
    if matches!(play.stack.status, Status::RollbackComplete | Status::DeleteComplete) {
        wrong.extend(invariants::nothing_is_left(cloud, others.count()));
    }
    for _ in 0..3 {
        play.stack.delete().await;
    }
    cloud.settle().await;
    if play.stack.status != Status::DeleteComplete {
        wrong.push(format!("in the end {:?}: {:?}", play.stack.status, play.stack.reasons));
    }
    let started = cloud.journal().into_iter().find(|call| {
        call.operation == "StartChannel" && call.status == Some(200) && !play.start_wanted
    });
    if let (Some(started), false) = (started, play.by_hand) {
        wrong.push(format!("AutoStart was never on, and yet: {started:?}"));
    }
    wrong.append(&mut play.wrong);
    wrong.extend(invariants::nothing_is_left(cloud, others.count()));
    wrong.extend(others.check(cloud).await);
    wrong.extend(invariants::of_the_record(cloud));
    let mut replies = cloud.check();
    // To a request that comes once more when a person has deleted what it was about, there is no other answer.
    replies.retain(|it| !(play.by_hand && it.contains(ANOTHER_ANSWER)));
    wrong.extend(replies);
    wrong
}

#[test]
fn whatever_happens_in_whatever_order_the_invariants_hold() {
    let seed = std::env::var("LILO_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(1);
    let cases = std::env::var("LILO_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(if full() { 1000 } else { 60 });
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let begun = Instant::now();
    let (played, happened) = (Cell::new(0), Cell::new(0));
    let create = prop::option::weighted(0.3, delivery(&["Create"]));
    let before = (prop::option::weighted(0.5, trouble()), create);
    let before = before.prop_map(|(trouble, create)| {
        // What is refused, and taken when it comes once more, nobody expects (docs/reliability.md, "Not covered").
        let trouble = trouble.filter(|it| create.is_none() || !it.refuses_creation());
        trouble.into_iter().chain(create).collect::<Vec<_>>()
    });
    let campaign = (wanted(), before, prop::collection::vec(event(), 1..12));
    let ran = TestRunner::new_with_rng(config, rng).run(&campaign, |(first, before, events)| {
        played.set(played.get() + 1);
        happened.set(happened.get() + events.len());
        let wrong = Cloud::run(async |cloud| play(&cloud, first, &before, &events).await);
        prop_assert!(wrong.is_empty(), "{:#?}", wrong);
        Ok(())
    });
    println!(
        "random campaign: seed {seed}, {} cases, {} events, {:.0} s",
        played.get(),
        happened.get(),
        begun.elapsed().as_secs_f64()
    );
    if let Err(failure) = ran {
        panic!("seed {seed}: {failure}");
    }
}

//! The lifecycles: what is there, what is done, and what must be so in the end.

use std::fmt;
use std::time::Duration;

use lilo_lifecycle::channel::ChannelState;
use lilo_medialive_emulator::{EventFault, ReportedState};
use lilo_tests::{
    ANOTHER, Call, Cloud, FOREVER, Fault, Function, Loop, Stack, Status, samples, sweep_period,
};
use serde_json::json;
use tokio::time::sleep;

use crate::invariants;
use crate::others::Others;

/// What MediaLive itself still takes to be done with what was deleted.
const SOON: Duration = Duration::from_secs(10);

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// The stack is created, and its event starts the channel.
    Create,
    /// The same, and the channel is CREATING for longer than an invocation can take.
    SlowCreate,
    /// Settings of the channel change.
    Settings,
    /// The same, when StopAfterHours are nearly over, and MediaLive's events come late. Nothing
    /// else goes wrong.
    Restart,
    /// The input gets another source.
    Source,
    /// The same, and AutoStart is turned on.
    SourceAndStart,
    /// The class of the channel changes; its input stays as it is.
    Class,
    /// One source becomes two or two become one, and the class follows.
    ClassAndSource,
    /// AutoStart is turned on.
    AutoStart,
    /// AutoStart is turned off, of a channel that was started and that a person has stopped.
    AutoStartOff,
    /// The stack is deleted.
    Delete,
    /// The CREATED event was lost: the sweep starts the channel.
    SweepStarts,
    /// StopAfterHours is over: the sweep stops the channel.
    SweepStops,
}

/// A lifecycle: an act on a loop of one pipeline or two, which runs or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    pub(crate) act: Act,
    pub(crate) standard: bool,
    pub(crate) running: bool,
    /// How the act is rolled back, when it is.
    pub(crate) rollback: Rollback,
}

/// How CloudFormation rolls an act back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rollback {
    /// When it fails.
    OnFailure,
    /// In any case: when all of LILO's is done, another resource of the stack fails.
    Always,
    /// The same, in the order of an update: the input first.
    InOrder,
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = if self.standard { "standard" } else { "single" };
        let state = if self.running { "running" } else { "idle" };
        write!(f, "{:?} {class} {state}", self.act)?;
        f.write_str(match self.rollback {
            Rollback::OnFailure => "",
            Rollback::Always => " (rolled back)",
            Rollback::InOrder => " (rolled back, the input first)",
        })
    }
}

/// What came of a case.
pub(crate) struct Ran {
    /// What the functions called while it was acted.
    pub(crate) calls: Vec<Call>,
    /// What was wrong.
    pub(crate) wrong: Vec<String>,
}

/// Every lifecycle.
pub(crate) fn all() -> Vec<Scenario> {
    let rollback = Rollback::OnFailure;
    let scenario = |act, standard, running| Scenario { act, standard, running, rollback };
    let mut all = Vec::new();
    for standard in [false, true] {
        all.push(scenario(Act::Create, standard, true));
        all.push(scenario(Act::SlowCreate, standard, true));
        for running in [false, true] {
            for act in [Act::Settings, Act::Source, Act::Class, Act::ClassAndSource] {
                all.push(scenario(act, standard, running));
                let rolled_back = scenario(act, standard, running);
                all.push(Scenario { rollback: Rollback::Always, ..rolled_back });
            }
            all.push(scenario(Act::Delete, standard, running));
        }
        let both = scenario(Act::ClassAndSource, standard, true);
        all.push(Scenario { rollback: Rollback::InOrder, ..both });
        let both = scenario(Act::SourceAndStart, standard, false);
        for rollback in [Rollback::Always, Rollback::InOrder] {
            all.push(Scenario { rollback, ..both });
        }
        for act in [Act::AutoStart, Act::AutoStartOff] {
            all.push(scenario(act, standard, false));
            let rolled_back = scenario(act, standard, false);
            all.push(Scenario { rollback: Rollback::Always, ..rolled_back });
        }
        all.push(scenario(Act::Restart, standard, true));
        all.push(scenario(Act::SweepStarts, standard, true));
        all.push(scenario(Act::SweepStops, standard, true));
    }
    all
}

/// A loop of one pipeline or two.
fn template(two_sources: bool, standard: bool, auto_start: bool) -> Loop {
    let input = samples::input();
    let channel = samples::with(samples::channel("0"), "AutoStart", auto_start.to_string());
    let two = json!(["s3ssl://bucket/one.mp4", "s3ssl://bucket/two.mp4"]);
    let destinations = json!(["rtp://203.0.113.10:5000", "rtp://203.0.113.11:5000"]);
    Loop {
        input: if two_sources { samples::with(input, "Sources", two) } else { input },
        channel: if standard {
            let channel = samples::with(channel, "ChannelClass", "STANDARD");
            samples::with(channel, "Destinations", destinations)
        } else {
            channel
        },
    }
}

impl Scenario {
    /// The loop before the act; of a creation, the loop that is created.
    fn before(self) -> Loop {
        let sources = self.standard && self.act != Act::Class;
        let auto_start = self.running || self.act == Act::AutoStartOff;
        let made = template(sources, self.standard, auto_start);
        let Loop { input, channel } = made;
        let hours = if matches!(self.act, Act::SweepStops | Act::Restart) { "1" } else { "0" };
        Loop { input, channel: samples::with(channel, "StopAfterHours", hours) }
    }

    fn after(self) -> Loop {
        let Loop { input, channel } = self.before();
        match self.act {
            Act::Settings | Act::Restart => {
                Loop { input, channel: samples::with(channel, "VideoBitrate", "5000000") }
            }
            Act::Source | Act::SourceAndStart => {
                let mut input = input;
                input["Sources"][0] = "s3ssl://bucket/other.mp4".into();
                let start = self.running || self.act == Act::SourceAndStart;
                Loop { input, channel: samples::with(channel, "AutoStart", start.to_string()) }
            }
            Act::Class => template(false, !self.standard, self.running),
            Act::ClassAndSource => template(!self.standard, !self.standard, self.running),
            Act::AutoStart => Loop { input, channel: samples::with(channel, "AutoStart", "true") },
            Act::AutoStartOff => {
                Loop { input, channel: samples::with(channel, "AutoStart", "false") }
            }
            Act::Create | Act::SlowCreate | Act::Delete | Act::SweepStarts | Act::SweepStops => {
                Loop { input, channel }
            }
        }
    }

    fn runs_in_the_end(self) -> bool {
        match self.act {
            Act::AutoStart | Act::SourceAndStart => true,
            Act::AutoStartOff | Act::SweepStops => false,
            Act::Create
            | Act::SlowCreate
            | Act::Settings
            | Act::Restart
            | Act::Source
            | Act::Class
            | Act::ClassAndSource
            | Act::Delete
            | Act::SweepStarts => self.running,
        }
    }

    /// Plays the lifecycle with one fault, or none, and then has a person delete the stack.
    pub(crate) fn play(self, fault: Option<&Fault>) -> Ran {
        Cloud::run(async |cloud| self.play_in(&cloud, fault).await)
    }

    async fn play_in(self, cloud: &Cloud, fault: Option<&Fault>) -> Ran {
        let others = Others::make(cloud).await;
        let stack = self.arrange(cloud).await;
        let begun = cloud.journal().len();
        if let Some(fault) = fault {
            cloud.inject(fault.clone());
        }
        let mut stack = self.perform(cloud, stack).await;
        let lasts = fault.is_some_and(lasts);
        if fault.is_some_and(is_still_to_come) {
            sleep(Duration::from_secs(30)).await;
        } else if lasts {
            // It may keep one sweep after the other busy.
            sleep(sweep_period()).await;
        } else {
            cloud.settle().await;
        }
        if stack.another_fails && stack.status == Status::UpdateRollbackFailed {
            stack.continue_rollback().await;
            cloud.settle().await;
        }
        let calls = cloud.journal().split_off(begun);
        let mut wrong = Vec::new();
        if !cloud.all_faults_have_happened() {
            wrong.push("it never came to the fault".to_owned());
        }
        cloud.clear_faults();
        if let Some(Fault::Delivery { function, request_type, .. }) = fault {
            cloud.inject(Fault::at_once(*function, request_type));
        }
        if lasts {
            cloud.settle().await;
        }
        wrong.extend(self.judge(cloud, &stack, fault, others.count()).await);
        if fault.is_none() {
            others.attack(&stack).await;
        }
        let deletes = 1 + usize::from(fault.is_some() && stack.status == Status::DeleteFailed);
        for _ in 0..deletes {
            stack.delete().await;
        }
        cloud.settle().await;
        sleep(SOON).await;
        if stack.status != Status::DeleteComplete {
            wrong.push(format!("in the end the stack is {:?}: {:?}", stack.status, stack.reasons));
        }
        let silences = stack.reasons.iter().filter(|reason| reason.contains("no answer in time"));
        if !fault.is_some_and(may_silence) {
            wrong.extend(silences.cloned());
        }
        wrong.extend(invariants::nothing_is_left(cloud, others.count()));
        wrong.extend(others.check(cloud).await);
        wrong.extend(invariants::of_the_record(cloud));
        wrong.extend(cloud.check());
        Ran { calls, wrong }
    }

    /// What is there before the act.
    async fn arrange(self, cloud: &Cloud) -> Option<Stack> {
        if self.act == Act::SweepStarts {
            cloud.inject(Fault::event(ReportedState::Created, EventFault::Lost));
        }
        if self.act == Act::SlowCreate {
            cloud.inject(Fault::stuck("CreateChannel", Some(Duration::from_secs(25 * 60))));
        }
        if matches!(self.act, Act::Create | Act::SlowCreate) {
            return None;
        }
        let mut stack = Stack::create(cloud, "Dev", &self.before()).await;
        assert_eq!(stack.status, Status::CreateComplete, "{:?}", stack.reasons);
        stack.another_fails = matches!(self.rollback, Rollback::Always | Rollback::InOrder);
        stack.rollback_in_order = self.rollback == Rollback::InOrder;
        cloud.settle().await;
        sleep(Duration::from_secs(10)).await;
        if self.act == Act::AutoStartOff {
            let id = stack.physical_id(Function::Channel).unwrap();
            cloud.person().stop_channel(id).await.unwrap();
            sleep(Duration::from_secs(60)).await;
        }
        let runs = self.running && self.act != Act::SweepStarts;
        assert_eq!(state(cloud, &stack).await == Some(ChannelState::Running), runs);
        if matches!(self.act, Act::SweepStops | Act::Restart) {
            sleep(Duration::from_secs(3000)).await;
        }
        if self.act == Act::Restart {
            cloud.delay_events(Duration::from_secs(5));
        }
        Some(stack)
    }

    async fn perform(self, cloud: &Cloud, stack: Option<Stack>) -> Stack {
        let Some(mut stack) = stack else {
            return Stack::create(cloud, "Dev", &self.before()).await;
        };
        match self.act {
            Act::Settings
            | Act::Restart
            | Act::Source
            | Act::Class
            | Act::ClassAndSource
            | Act::AutoStart
            | Act::AutoStartOff
            | Act::SourceAndStart => stack.update(&self.after()).await,
            Act::Delete => stack.delete().await,
            Act::SweepStarts => sleep(sweep_period()).await,
            Act::SweepStops => sleep(4 * sweep_period()).await,
            Act::Create | Act::SlowCreate => unreachable!("there is no stack before it is created"),
        }
        stack
    }

    /// What must be so when the act is over and a sweep or two have passed.
    async fn judge(
        self,
        cloud: &Cloud,
        stack: &Stack,
        fault: Option<&Fault>,
        others: usize,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let expected: &[&str] = if stack.another_fails { &[ANOTHER] } else { &[] };
        if fault.is_none() && stack.reasons != expected {
            wrong.push(format!("{:?} without a fault: {:?}", stack.status, stack.reasons));
        }
        let lasts = fault.is_some_and(lasts);
        match stack.status {
            Status::RollbackComplete | Status::DeleteComplete if !lasts => {
                sleep(SOON).await;
                return invariants::nothing_is_left(cloud, others);
            }
            Status::RollbackFailed | Status::UpdateRollbackFailed if !lasts => {
                wrong.push(format!("the stack is {:?}: {:?}", stack.status, stack.reasons));
            }
            Status::CreateComplete | Status::UpdateComplete | Status::UpdateRollbackComplete
                if !lasts && !fault.is_some_and(is_still_to_come) =>
            {
                sleep(2 * sweep_period() + Duration::from_secs(300)).await;
                let runs = state(cloud, stack).await == Some(ChannelState::Running);
                let done = stack.status == Status::UpdateComplete;
                let turns_on = matches!(self.act, Act::AutoStart | Act::SourceAndStart);
                let wanted = if !turns_on || done {
                    self.runs_in_the_end()
                } else {
                    // The sweep may come between the update and its rollback; no function of the
                    // update starts it.
                    runs && started_by_the_sweep(cloud)
                };
                if runs != wanted {
                    wrong.push(format!(
                        "the channel {} in the end: {:?}, {:?}",
                        if runs { "runs" } else { "does not run" },
                        stack.status,
                        stack.reasons
                    ));
                }
                let left = cloud.remaining().len() - others;
                if left != 2 {
                    wrong.push(format!("{left} objects, not 2: {:?}", stack.reasons));
                }
            }
            Status::CreateComplete
            | Status::UpdateComplete
            | Status::UpdateRollbackComplete
            | Status::RollbackComplete
            | Status::RollbackFailed
            | Status::UpdateRollbackFailed
            | Status::DeleteComplete
            | Status::DeleteFailed => {}
        }
        wrong
    }
}

/// Whether the stack goes on while the fault is still to come.
fn is_still_to_come(fault: &Fault) -> bool {
    matches!(fault, Fault::Delivery { again: Some(_), .. })
}

/// Whether CloudFormation may have to give a request up.
fn may_silence(fault: &Fault) -> bool {
    matches!(fault, Fault::Delivery { again: None, .. })
}

/// Whether it may last longer than an update and its rollback.
fn lasts(fault: &Fault) -> bool {
    may_silence(fault) || matches!(fault, Fault::Call { turns, .. } if turns.times == FOREVER)
}

/// Whether the sweep was the first to start the channel.
fn started_by_the_sweep(cloud: &Cloud) -> bool {
    let calls = cloud.journal();
    let start = calls.iter().find(|call| call.operation == "StartChannel");
    start.is_some_and(|call| call.role == "lilo-starter")
}

/// The state of the stack's channel.
async fn state(cloud: &Cloud, stack: &Stack) -> Option<ChannelState> {
    let id = stack.physical_id(Function::Channel)?;
    cloud.person().describe_channel(id).await.ok().map(|channel| channel.state)
}

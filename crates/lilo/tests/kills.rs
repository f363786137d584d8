//! A sample of the single faults of docs/reliability.md with real processes: functions that are
//! killed while they work, and answers of MediaLive's that go wrong. Each case is a platform of its
//! own, whose loop is created, updated and deleted.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lilo::local::{Feeds, Platform};
use lilo_local_cloud::Config;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::cloudformation::{Stack, Status};
use lilo_local_cloud::lambda::Lambda;
use lilo_medialive_emulator::{self as medialive, ChannelState, Fault, Pace, Remaining, Turns};
use lilo_tests::CallFault;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// What is done while a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Create,
    Update,
    Delete,
}

/// The calls of a loop's life, by who makes them: how many a phase has at least.
const CALLS: [(Phase, &str, &str, u32); 15] = [
    (Phase::Create, "lilo-input", "CreateInput", 1),
    (Phase::Create, "lilo-input", "DescribeInput", 1),
    (Phase::Create, "lilo-channel", "CreateChannel", 1),
    (Phase::Create, "lilo-channel", "DescribeChannel", 1),
    (Phase::Create, "lilo-starter", "DescribeChannel", 2),
    (Phase::Create, "lilo-starter", "StartChannel", 1),
    (Phase::Create, "lilo-starter", "CreateTags", 1),
    (Phase::Update, "lilo-channel", "DescribeChannel", 4),
    (Phase::Update, "lilo-channel", "UpdateChannel", 2),
    (Phase::Update, "lilo-channel", "StopChannel", 1),
    (Phase::Update, "lilo-channel", "CreateTags", 2),
    (Phase::Update, "lilo-channel", "StartChannel", 1),
    (Phase::Delete, "lilo-channel", "StopChannel", 1),
    (Phase::Delete, "lilo-channel", "DeleteChannel", 1),
    (Phase::Delete, "lilo-input", "DeleteInput", 1),
];

#[derive(Clone, Copy, Debug)]
struct Case {
    phase: Phase,
    role: &'static str,
    operation: &'static str,
    nth: u32,
    fault: CallFault,
}

/// A hundred: every kill, then errors and cuts in turn.
fn cases() -> Vec<Case> {
    let calls: Vec<_> = CALLS
        .iter()
        .flat_map(|&(phase, role, operation, count)| {
            (1..=count).map(move |nth| (phase, role, operation, nth))
        })
        .collect();
    let kills = [CallFault::KillBefore, CallFault::KillAfter].into_iter();
    let kills = kills.flat_map(|fault| calls.iter().map(move |call| (*call, fault)));
    let errors = [400, 403, 409, 422, 429, 500, 502, 504].map(CallFault::status);
    let others = [&[CallFault::CutBefore, CallFault::CutAfter][..], &errors].concat();
    let others = others.into_iter().cycle().zip(calls.iter().cycle()).map(|(it, call)| (*call, it));
    let all = kills.chain(others).take(100);
    all.map(|((phase, role, operation, nth), fault)| Case { phase, role, operation, nth, fault })
        .collect()
}

/// A platform at a pace of its own.
struct Stage {
    platform: Platform,
}

impl Stage {
    async fn start() -> Self {
        let moment = Duration::from_millis(30);
        let pace = Pace {
            channel_create: moment,
            channel_update: moment,
            channel_start: moment,
            channel_stop: moment,
            channel_delete: moment,
            input_create: moment,
            input_delete: moment,
        };
        let emulator = medialive::Config { pace, ..medialive::Config::default() };
        let retry_delays = vec![Duration::from_millis(300), Duration::from_millis(600)];
        let config = Config { retry_delays, ..Config::new(&emulator.region, &emulator.account) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (logs, _) = mpsc::unbounded_channel();
        let (stacks, _) = mpsc::unbounded_channel();
        let (medialive, _) = mpsc::unbounded_channel();
        let feeds = Feeds { logs, stacks, medialive };
        let program = env!("CARGO_BIN_EXE_lilo").into();
        let platform = Platform::start(listener, emulator, config, program, feeds).await.unwrap();
        Self { platform }
    }

    /// Arms the case; what it kills is killed by the task that is returned, which says whether it
    /// came to it.
    fn arm(&self, case: Case) -> tokio::task::JoinHandle<bool> {
        let fault = match case.fault {
            // The call hangs, and comes to nothing: nobody is left who asked.
            CallFault::KillBefore => medialive::CallFault::Stall(Duration::from_secs(100_000)),
            CallFault::KillAfter | CallFault::CutAfter => medialive::CallFault::CutAfter,
            CallFault::CutBefore => medialive::CallFault::CutBefore,
            CallFault::Status { status, .. } => medialive::CallFault::status(status),
            other => unreachable!("no case has {other}"),
        };
        let turns = Turns { first: case.nth, times: 1 };
        let (operation, role) = (case.operation.to_owned(), Some(case.role.to_owned()));
        self.platform.medialive.inject(Fault::Call { operation, role, turns, fault }).unwrap();
        let kills = matches!(case.fault, CallFault::KillBefore | CallFault::KillAfter);
        let (medialive, lambda) =
            (self.platform.medialive.clone(), self.platform.cloud.lambda.clone());
        tokio::spawn(async move {
            let happens = async {
                while !medialive.faults().is_empty() {
                    sleep(Duration::from_millis(1)).await;
                }
            };
            let happened = timeout(Duration::from_secs(60), happens).await.is_ok();
            happened && (!kills || kill_function(&lambda, case.role))
        })
    }

    fn channel_runs(&self) -> bool {
        let running =
            |it: &Remaining| matches!(it, Remaining::Channel { state: ChannelState::Running, .. });
        self.platform.medialive.remaining().iter().any(running)
    }

    /// Waits until the channel runs, for a while.
    async fn runs(&self) -> bool {
        let runs = async {
            while !self.channel_runs() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(20), runs).await.is_ok()
    }
}

/// Kills the processes of this function; false if there is none.
fn kill_function(lambda: &Lambda, role: &str) -> bool {
    let processes = lambda.processes().into_iter().filter(|(function, _)| function == role);
    let killed = processes.map(|(_, id)| kill(Pid::from_raw(id.cast_signed()), Signal::SIGKILL));
    killed.flatten().count() > 0
}

fn parameters(bitrate: &str) -> BTreeMap<String, String> {
    let given = [
        ("Source", "s3ssl://bucket/clip.mp4"),
        ("DestinationIp", "203.0.113.10"),
        ("VideoBitrate", bitrate),
    ];
    given.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Plays a case; what is wrong in the end.
async fn play(case: Case) -> Vec<String> {
    let stage = Stage::start().await;
    let cloud = &stage.platform.cloud;
    let mut wrong = Vec::new();
    let mut met = None;
    let template = || Template::parse(include_str!("../../../infra/loop.yaml")).unwrap();
    let none = CancellationToken::new();
    let mut arm = |phase| {
        if case.phase == phase {
            met = Some(stage.arm(case));
        }
    };
    arm(Phase::Create);
    let first = parameters("10000000");
    let create = cloud.cloudformation.create("loop", template(), &first, &none);
    let mut stack: Stack = create.await.unwrap();
    let created = stack.status() == Status::CreateComplete;
    if created && !stage.runs().await {
        wrong.push("the channel does not run once it is created".to_owned());
    }
    if created {
        arm(Phase::Update);
        let second = parameters("5000000");
        cloud.cloudformation.update(&mut stack, template(), &second).await.unwrap();
        if !stage.runs().await {
            wrong.push(format!("the channel does not run after the update: {}", stack.status()));
        }
    }
    arm(Phase::Delete);
    for _ in 0..2 {
        if stack.status() != Status::DeleteComplete {
            cloud.cloudformation.delete(&mut stack).await;
        }
    }
    if stack.status() != Status::DeleteComplete {
        wrong.push(format!("the stack is {}", stack.status()));
    }
    if !met.unwrap().await.unwrap() {
        wrong.push("it never came to it".to_owned());
    }
    if timeout(Duration::from_secs(30), cloud.lambda.settled()).await.is_err() {
        wrong.push("something goes on for ever".to_owned());
    }
    let violations = cloud.responses.violations();
    if !violations.is_empty() {
        wrong.push(format!("{violations:?}"));
    }
    let left = stage.platform.shutdown().await;
    if !left.is_empty() {
        wrong.push(format!("left: {left:?}"));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_that_are_killed_answer_once_and_leave_nothing() {
    let begun = Instant::now();
    let chosen: Option<usize> = std::env::var("LILO_KILL").ok().and_then(|it| it.parse().ok());
    let full = std::env::var("LILO_RELIABILITY").is_ok_and(|it| it == "full");
    let cases: Vec<_> = cases().into_iter().enumerate().collect();
    let cases = cases.into_iter().filter(|(number, _)| match chosen {
        Some(one) => *number == one,
        None => full || number % 10 == 0,
    });
    let at_once = Arc::new(Semaphore::new(8));
    let mut playing = JoinSet::new();
    for (number, case) in cases {
        let at_once = Arc::clone(&at_once);
        playing.spawn(async move {
            let _turn = at_once.acquire_owned().await.unwrap();
            (number, case, play(case).await)
        });
    }
    let (mut count, mut failed) = (0, 0);
    while let Some(played) = playing.join_next().await {
        let (number, case, wrong) = played.unwrap();
        count += 1;
        if !wrong.is_empty() {
            failed += 1;
            println!("{number}: {case:?}: {wrong:#?}");
        }
    }
    let took = begun.elapsed().as_secs();
    println!("real processes: {count} cases, {failed} failed, {took} s");
    assert!(count > 0 && failed == 0);
}

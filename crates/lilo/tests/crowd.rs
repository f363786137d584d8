//! Many loops at once with real function processes, against the emulated MediaLive's throttle:
//! created, started, updated, deleted. `make scale` plays it; it takes minutes of real time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lilo::local::{Feeds, Platform};
use lilo_local_cloud::Config;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::cloudformation::{Stack, Status};
use lilo_medialive_emulator::{self as medialive, ChannelState, Pace, Remaining};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

const LOOPS: usize = 100;
/// The throttle alone demands about two minutes a phase.
const PATIENCE: Duration = Duration::from_secs(1800);

async fn start() -> Platform {
    let emulator = medialive::Config { pace: Pace::fast(), ..medialive::Config::default() };
    assert!(emulator.choices.throttle.is_some(), "MediaLive throttles");
    let config = Config::new(&emulator.region, &emulator.account);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ((logs, _), (stacks, _)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
    let (medialive, _) = mpsc::unbounded_channel();
    let feeds = Feeds { logs, stacks, medialive };
    let program = env!("CARGO_BIN_EXE_lilo").into();
    Platform::start(listener, emulator, config, program, feeds).await.unwrap()
}

fn parameters(bitrate: &str) -> BTreeMap<String, String> {
    let given = [
        ("Source", "s3ssl://bucket/clip.mp4"),
        ("DestinationIp", "203.0.113.10"),
        ("VideoBitrate", bitrate),
    ];
    given.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn template() -> Template {
    Template::parse(include_str!("../../../infra/loop.yaml")).unwrap()
}

/// Waits until every channel runs; how many do.
async fn running(platform: &Platform) -> usize {
    let count = || {
        let left = platform.medialive.remaining();
        let runs =
            |it: &&Remaining| matches!(it, Remaining::Channel { state: ChannelState::Running, .. });
        left.iter().filter(runs).count()
    };
    let all = async {
        while count() < LOOPS {
            sleep(Duration::from_millis(200)).await;
        }
    };
    let _ = timeout(PATIENCE, all).await;
    count()
}

fn failures(stacks: &[Stack], wanted: Status) -> Vec<String> {
    let failed = stacks.iter().filter(|stack| stack.status() != wanted);
    failed.map(|stack| stack.status().to_string()).collect()
}

/// Prints what a phase took.
fn tell(platform: &Platform, phase: &str, (begun, seen): &mut (Instant, usize)) {
    let calls = platform.medialive.calls().split_off(*seen);
    let throttled = calls.iter().filter(|call| call.status == 429).count();
    let seconds = begun.elapsed().as_secs();
    println!("{LOOPS} loops, {phase}: {} calls, {throttled} throttled, {seconds} s", calls.len());
    (*begun, *seen) = (Instant::now(), *seen + calls.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; make scale plays it"]
async fn a_hundred_loops_at_once_live_and_leave_nothing() {
    let platform = start().await;
    let cloudformation = &platform.cloud.cloudformation;
    let mut measured = (Instant::now(), 0);
    let (first, second) = (parameters("10000000"), parameters("5000000"));
    let none = CancellationToken::new();

    let created = (0..LOOPS).map(|number| {
        let (none, first) = (&none, &first);
        let name = format!("loop-{number}");
        async move { cloudformation.create(&name, template(), first, none).await.unwrap() }
    });
    let mut stacks = join_all(created).await;
    assert_eq!(failures(&stacks, Status::CreateComplete), [""; 0]);
    assert_eq!(running(&platform).await, LOOPS);
    tell(&platform, "create and start", &mut measured);

    let updated = stacks.iter_mut().map(|it| cloudformation.update(it, template(), &second));
    for updated in join_all(updated).await {
        updated.unwrap();
    }
    assert_eq!(failures(&stacks, Status::UpdateComplete), [""; 0]);
    assert_eq!(running(&platform).await, LOOPS);
    tell(&platform, "update", &mut measured);

    join_all(stacks.iter_mut().map(|it| cloudformation.delete(it))).await;
    assert_eq!(failures(&stacks, Status::DeleteComplete), [""; 0]);
    tell(&platform, "delete", &mut measured);

    assert!(timeout(PATIENCE, platform.cloud.lambda.settled()).await.is_ok());
    let violations = platform.cloud.responses.violations();
    assert!(violations.is_empty(), "{violations:?}");
    let left = platform.shutdown().await;
    assert!(left.is_empty(), "{left:?}");
}

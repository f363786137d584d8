//! Whether the work for one loop grows with the number of loops: many stacks at once, through the
//! real handlers, against the emulated MediaLive with its throttle, in virtual time.
//!
//! `LILO_LOOPS=10,100`, `LILO_AT_ONCE=100` and `LILO_CHANNELS=2000` set the numbers (`make scale`);
//! `--nocapture` prints what was counted.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod phase;
mod sweep;

use futures_util::stream::{StreamExt, iter};
use lilo_medialive_emulator::{Pace, Throttle};
use lilo_tests::{Cloud, Loop, Stack, Status, samples};

use phase::{Measure, Phase};

/// What CloudFormation, MediaLive and EventBridge still do after the last reply, at the real pace:
/// a channel starts in 131 s, and the sweep comes every 300 s.
const AFTERWARDS: u64 = 900;

/// Of this many times [`AFTERWARDS`], until every channel has started.
const MOST_SWEEPS: u32 = 20;

/// As many as `make test` plays.
const USUAL: usize = 20;
/// By how much the calls of a loop, in its life, may grow with the number of loops.
const MOST_GROWTH: f64 = 1.3;
/// The same in one phase. Creating grows most: each invocation learns by throttled calls how many
/// others there are.
const MOST_GROWTH_OF_A_PHASE: f64 = 2.0;
/// How much longer than the throttle demands the lives of so many loops may take. Fewer wait for
/// their channels, not for the throttle.
const MOST_TIME: f64 = 1.25;
const MANY: usize = 1000;
/// Of more loops, as many are created, updated or deleted at the same time: Lambda runs as many
/// functions of an account by default.
const AT_ONCE: usize = 1000;

fn template(bitrate: &str) -> Loop {
    let channel = samples::with(samples::channel(""), "VideoBitrate", bitrate);
    Loop { input: samples::input(), channel }
}

/// Creates so many loops, then updates all while they run, then deletes all: at most `at_once` at
/// the same time.
fn lifecycles(loops: usize, at_once: usize) -> Vec<Phase> {
    Cloud::run_at(Pace::real(), async |cloud: Cloud| {
        let mut measure = Measure::new(&cloud, loops);
        let names = (0..loops).map(|number| format!("loop-{number}"));
        let (first, second) = (template("10000000"), template("5000000"));
        let created = names.map(|name| {
            let (cloud, first) = (cloud.clone(), &first);
            async move { Stack::create(&cloud, &name, first).await }
        });
        let mut stacks: Vec<_> = iter(created).buffer_unordered(at_once).collect().await;
        until_all_run(&cloud).await;
        let mut phases = vec![measure.end("create and start", Status::CreateComplete, &stacks)];
        let updated = stacks.iter_mut().map(|stack| stack.update(&second));
        iter(updated).buffer_unordered(at_once).collect::<()>().await;
        cloud.pass(AFTERWARDS).await;
        phases.push(measure.end("update", Status::UpdateComplete, &stacks));
        let deleted = stacks.iter_mut().map(Stack::delete);
        iter(deleted).buffer_unordered(at_once).collect::<()>().await;
        cloud.pass(AFTERWARDS).await;
        phases.push(measure.end("delete", Status::DeleteComplete, &stacks));
        assert_eq!(cloud.check(), [""; 0]);
        phases
    })
}

/// While MediaLive throttles, starts are left to the sweeps.
async fn until_all_run(cloud: &Cloud) {
    for _ in 0..MOST_SWEEPS {
        cloud.pass(AFTERWARDS).await;
        if cloud.channels().iter().all(|channel| channel["state"] == "RUNNING") {
            return;
        }
    }
    panic!("not every channel has started");
}

#[test]
fn a_loops_calls_do_not_grow_with_the_number_of_loops() {
    let at_once = number("LILO_AT_ONCE", AT_ONCE);
    let one = lifecycles(1, 1);
    println!("the throttle lets {:?} pass", Throttle::medialive());
    for loops in loops() {
        let begun = std::time::Instant::now();
        let many = lifecycles(loops, at_once);
        let took = begun.elapsed().as_secs_f64();
        println!("{loops} loops, at most {at_once} at once, played in {took:.0} s");
        for (one, many) in one.iter().zip(&many) {
            println!("{}", many.line(one));
        }
        for (one, many) in one.iter().zip(&many) {
            assert!(many.failures.is_empty(), "{}: {:?}", many.name, many.failures);
            let growth = many.calls_per_loop() / one.calls_per_loop();
            assert!(growth <= MOST_GROWTH_OF_A_PHASE, "{}: {growth:.2} times", many.name);
        }
        let sum = |it: &[Phase], of: fn(&Phase) -> f64| it.iter().map(of).sum::<f64>();
        let growth = sum(&many, Phase::calls_per_loop) / sum(&one, Phase::calls_per_loop);
        let least = many.iter().zip(&one).map(|(many, one)| many.least(one)).sum::<f64>();
        let time = sum(&many, |it| it.seconds) / least;
        println!(
            "{loops} lives: {growth:.2} times the calls of one, {time:.2} times the least time"
        );
        assert!(growth <= MOST_GROWTH);
        assert!(loops < MANY || time <= MOST_TIME);
    }
}

/// How many loops to play at once, one number after the other.
fn loops() -> Vec<usize> {
    let Ok(numbers) = std::env::var("LILO_LOOPS") else { return vec![USUAL] };
    numbers.split(',').map(|it| it.parse().expect("LILO_LOOPS is a list of numbers")).collect()
}

/// What this variable says, or how many there are in `make test`.
fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

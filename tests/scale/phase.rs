//! What one phase took: calls, refusals, time.

use std::collections::BTreeMap;

use lilo_medialive_emulator::Throttle;
use lilo_tests::{Cloud, Stack, Status};
use tokio::time::Instant;

/// Reads phases off a cloud's record, one after the other.
pub(crate) struct Measure<'a> {
    cloud: &'a Cloud,
    loops: usize,
    seen: usize,
    begun: Instant,
}

/// A phase of all loops.
pub(crate) struct Phase {
    pub(crate) name: &'static str,
    /// What the stacks that did not end as wanted say, without the ids in it, and how many do.
    pub(crate) failures: BTreeMap<String, usize>,
    loops: usize,
    /// By function and operation; the sweep's lists are not a loop's.
    calls: BTreeMap<(&'static str, &'static str), usize>,
    sweeps: usize,
    throttled: usize,
    /// From the beginning to the last call.
    pub(crate) seconds: f64,
}

impl<'a> Measure<'a> {
    pub(crate) fn new(cloud: &'a Cloud, loops: usize) -> Self {
        Self { cloud, loops, seen: 0, begun: Instant::now() }
    }

    /// Ends a phase, and begins the next.
    pub(crate) fn end(&mut self, name: &'static str, wanted: Status, stacks: &[Stack]) -> Phase {
        let journal = self.cloud.to_medialive().split_off(self.seen);
        self.seen += journal.len();
        let (sweeps, calls): (Vec<_>, Vec<_>) = journal
            .into_iter()
            .partition(|call| call.errand == "Scheduled Event" && call.operation == "ListChannels");
        let last = calls.iter().map(|call| call.at).max().unwrap_or(self.begun);
        let mut counts = BTreeMap::new();
        for call in &calls {
            *counts.entry((call.role, call.operation)).or_default() += 1;
        }
        let mut failures = BTreeMap::new();
        for stack in stacks.iter().filter(|stack| stack.status != wanted) {
            let said = format!("{:?}: {}", stack.status, stack.reasons.join("; "));
            *failures.entry(without_ids(&said)).or_default() += 1;
        }
        let phase = Phase {
            name,
            failures,
            loops: self.loops,
            calls: counts,
            sweeps: sweeps.len(),
            throttled: calls.iter().filter(|call| call.status == Some(429)).count(),
            seconds: last.duration_since(self.begun).as_secs_f64(),
        };
        self.begun = Instant::now();
        phase
    }
}

impl Phase {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn calls_per_loop(&self) -> f64 {
        self.calls.values().sum::<usize>() as f64 / self.loops as f64
    }

    /// The time that the throttle alone demands, if each loop made the calls of a single one.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn least(&self, one: &Self) -> f64 {
        let throttle = Throttle::medialive();
        let calls = one.calls_per_loop() * self.loops as f64;
        (calls - f64::from(throttle.burst)).max(0.0) / f64::from(throttle.per_second)
    }

    /// One line for people, beside the same phase of one loop.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn line(&self, one: &Self) -> String {
        let (per_loop, alone) = (self.calls_per_loop(), one.calls_per_loop());
        let throttled = self.throttled as f64 / self.loops as f64;
        let head = format!(
            "{}: {per_loop:.2} calls a loop ({alone:.0} alone, {:.2} times), {throttled:.2} of them \
             throttled, {} lists of sweeps; {:.0} s (alone {:.0}, throttle's least {:.0}); {} failed",
            self.name,
            per_loop / alone,
            self.sweeps,
            self.seconds,
            one.seconds,
            self.least(one),
            self.failures.values().sum::<usize>(),
        );
        let operations = self.calls.iter().map(|((role, operation), count)| {
            let alone = one.calls.get(&(role, operation)).copied().unwrap_or_default();
            format!("    {role} {operation}: {count} ({alone} alone)")
        });
        let failures =
            self.failures.iter().map(|(said, count)| format!("    {count} times {said}"));
        [head].into_iter().chain(operations).chain(failures).collect::<Vec<_>>().join("\n")
    }
}

/// The same text with `N` for each long number.
fn without_ids(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        if digits > 3 { "N" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

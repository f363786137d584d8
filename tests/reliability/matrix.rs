//! Every single fault: each call of each lifecycle meets each kind of fault once.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use lilo_tests::{CALL_FAULTS, Call, CallFault, Calls, Fault, Function, PUT_EVENTS, REPLY};

use crate::full;
use crate::scenario::{self, Act, Scenario};

/// A lifecycle with one fault.
struct Case {
    scenario: Scenario,
    fault: Fault,
}

impl Case {
    fn name(&self) -> String {
        format!("{}: {}", self.scenario, self.fault)
    }
}

/// A call of a lifecycle: which function makes it, its operation, and its number among its like.
type Target = (&'static str, &'static str, u32);

/// The calls of a lifecycle in the order in which they were made, each by its number among its
/// like.
fn targets(scenario: Scenario, calls: &[Call]) -> Vec<Target> {
    let mut numbers = BTreeMap::new();
    let number = |call: &Call| {
        let nth = numbers.entry((call.role, call.operation)).or_insert(0);
        *nth += 1;
        (call.role, call.operation, *nth)
    };
    // But for being handed on, a slow creation is a creation; but for its hours, a restart is an
    // update of settings.
    let is_of_interest = |(_, operation, _): &Target| match scenario.act {
        Act::SlowCreate => [PUT_EVENTS, REPLY].contains(operation),
        Act::Restart => false,
        _ => true,
    };
    calls.iter().map(number).filter(is_of_interest).collect()
}

/// Whether a call can meet this fault.
fn applies(act: Act, operation: &str, fault: CallFault) -> bool {
    match fault {
        CallFault::StackDeleted | CallFault::StackDeletedMeanwhile => act == Act::Create,
        CallFault::NotTaken => operation == PUT_EVENTS,
        CallFault::Slow => operation != REPLY,
        CallFault::Status { .. }
        | CallFault::Stall
        | CallFault::CutBefore
        | CallFault::CutAfter
        | CallFault::KillBefore
        | CallFault::KillAfter => true,
    }
}

fn single_faults(scenario: Scenario, calls: &[Call]) -> Vec<Case> {
    let mut faults = Vec::new();
    for (role, operation, nth) in targets(scenario, calls) {
        let kinds = CALL_FAULTS.into_iter().filter(|it| applies(scenario.act, operation, *it));
        faults.extend(kinds.map(|kind| Fault::nth(Calls::to(operation).by(role), nth, kind)));
    }
    for function in [Function::Input, Function::Channel] {
        match scenario.act {
            Act::Create => {
                faults.push(Fault::too_late(function, "Create"));
                let times = [1, 10, 100, 600];
                faults.extend(times.map(|it| Fault::repeated(function, "Create", it)));
            }
            Act::Delete => {
                faults.extend([1, 600].map(|it| Fault::repeated(function, "Delete", it)));
            }
            Act::Settings if function == Function::Channel => {
                faults.extend([1, 600].map(|it| Fault::repeated(function, "Update", it)));
            }
            Act::Source | Act::ClassAndSource if function == Function::Input => {
                faults.extend([1, 600].map(|it| Fault::repeated(function, "Update", it)));
            }
            Act::SlowCreate
            | Act::Settings
            | Act::Restart
            | Act::Source
            | Act::Class
            | Act::ClassAndSource
            | Act::AutoStart
            | Act::AutoStartOff
            | Act::SourceAndStart
            | Act::SweepStarts
            | Act::SweepStops => {}
        }
    }
    faults.into_iter().map(|fault| Case { scenario, fault }).collect()
}

/// All calls of every operation of every function meet a fault that does not end.
fn lasting_faults(scenario: Scenario, calls: &[Call]) -> Vec<Case> {
    let mut targets = targets(scenario, calls);
    targets.retain(|(_, operation, nth)| *nth == 1 && *operation != REPLY);
    let kinds = [403, 404, 409, 429, 500].map(CallFault::status);
    let kinds = [&kinds[..], &[CallFault::Stall, CallFault::Slow, CallFault::CutBefore]].concat();
    let faults = targets.iter().flat_map(|(role, operation, _)| {
        kinds.iter().map(|kind| Fault::always(Calls::to(operation).by(role), *kind))
    });
    faults.map(|fault| Case { scenario, fault }).collect()
}

/// Which of the cases are played: the one that `LILO_CASE` names, or those whose names contain it;
/// all with `LILO_RELIABILITY=full`; else one in `share`, spread over all lifecycles, calls and
/// kinds of faults.
fn chosen(cases: &[Case], share: usize) -> Vec<&Case> {
    match (std::env::var("LILO_CASE"), full()) {
        (Ok(name), _) => match cases.iter().find(|case| case.name() == name) {
            Some(case) => vec![case],
            None => cases.iter().filter(|case| case.name().contains(&name)).collect(),
        },
        (Err(_), true) => cases.iter().collect(),
        (Err(_), false) => cases.iter().step_by(share).collect(),
    }
}

/// Plays cases on all cores; returns what was wrong.
fn play(cases: &[&Case]) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let ran = catch_unwind(AssertUnwindSafe(|| {
                        case.scenario.play(Some(&case.fault)).wrong
                    }));
                    let wrong = ran.unwrap_or_else(|_| vec!["it panicked".to_owned()]);
                    if !wrong.is_empty() {
                        let report = format!("{}\n    {}", case.name(), wrong.join("\n    "));
                        println!("{report}");
                        failures.lock().unwrap().push(report);
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap()
}

#[test]
fn every_lifecycle_ends_well_when_nothing_goes_wrong() {
    for scenario in scenario::all() {
        let ran = scenario.play(None);
        assert!(ran.wrong.is_empty(), "{scenario}: {:#?}", ran.wrong);
        println!("{scenario}: {} calls", ran.calls.len());
    }
}

/// Plays the cases that `list` makes of every lifecycle's calls.
fn campaign(title: &str, share: usize, list: fn(Scenario, &[Call]) -> Vec<Case>) {
    let begun = Instant::now();
    let scenarios = scenario::all();
    let all = scenarios.iter().flat_map(|scenario| list(*scenario, &scenario.play(None).calls));
    let all: Vec<_> = all.collect();
    if std::env::var("LILO_CASE").is_ok_and(|name| name == "list") {
        for case in &all {
            println!("{}", case.name());
        }
        return;
    }
    let chosen = chosen(&all, share);
    let failures = play(&chosen);
    println!(
        "{title}: {} lifecycles, {} cases, {} played, {} failed, {:.0} s",
        scenarios.len(),
        all.len(),
        chosen.len(),
        failures.len(),
        begun.elapsed().as_secs_f64()
    );
    assert!(!chosen.is_empty() && failures.is_empty());
}

#[test]
fn every_single_fault_ends_with_an_answer_and_leaves_nothing() {
    // Odd, and no divisor of the number of kinds: the sample meets all of them.
    campaign("every single fault", 61, single_faults);
}

#[test]
fn every_lasting_fault_is_answered_in_time() {
    campaign("every lasting fault", 97, lasting_faults);
}

//! Starts each function as Lambda does, process by process, and measures a cold and a warm answer.
//!
//! Around a function stand its Runtime API and its services (`stub`), here on loopback: no name is
//! looked up and no network is crossed. Cases take turns in any order, so that a change of the
//! machine's speed meets all of them; compare figures of one run only.

mod certificates;
mod child;
mod counts;
mod error;
mod price;
mod quota;
mod report;
mod run;
mod stub;
mod subject;

use std::path::PathBuf;
use std::process::Command;

use clap::Parser;

use crate::certificates::Certificates;
use crate::error::Error;
use crate::report::Report;
use crate::run::MODES;
use crate::subject::Subject;

/// Measures the cold start of functions, each in a process of its own.
#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure: NAME=PROGRAM; hello, input, channel, starter, sweep or python, or such a
    /// name with a hyphen and more behind it.
    #[arg(required = true)]
    subjects: Vec<Subject>,
    /// How often each is started.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Where the figures go as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Counts instructions and calls only, which another machine finds as well.
    #[arg(long)]
    counts: bool,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    let mut report = Report::default();
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("left out: instructions: install valgrind");
    }
    for subject in &arguments.subjects {
        report.count(subject, counts::count(subject).await?);
    }
    if !arguments.counts {
        measure(&arguments, &Certificates::new()?, &mut report).await?;
    }
    println!("{report}");
    if let Some(path) = arguments.json {
        std::fs::write(path, format!("{:#}\n", report.json()))?;
    }
    Ok(())
}

async fn measure(
    arguments: &Arguments,
    certificates: &Certificates,
    report: &mut Report,
) -> Result<(), Error> {
    let mut cases = Vec::new();
    for mode in MODES {
        match mode.is_possible() {
            Ok(()) => cases.extend(arguments.subjects.iter().map(|subject| (mode, subject))),
            Err(why) => eprintln!("left out: {}: {why}", mode.name),
        }
    }
    let mut figures = vec![Vec::new(); cases.len()];
    for round in 0..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        // A process is slower after a large one.
        let mut order: Vec<_> = (0..cases.len()).collect();
        fastrand::shuffle(&mut order);
        for case in order {
            let (mode, subject) = cases[case];
            let run = run::run(subject, mode, certificates).await?;
            // The first one reads the files from the disk.
            if round > 0 {
                figures[case].push(run);
            }
        }
    }
    for ((mode, subject), runs) in cases.into_iter().zip(figures) {
        report.add(subject, mode, runs);
    }
    Ok(())
}

//! The `lilo` command: a live channel that never ends, from an MP4 file.

mod args;
mod aws;
mod clip;
mod cloud;
mod doctor;
mod error;
pub mod local;
mod manual;
mod templates;
mod ui;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::cloud::{conformance, deploy, destroy, start_stop, status, watch};
use crate::error::Error;
use crate::local::{emulator, function, replay, up};
use crate::ui::signals;

/// Exit code of a conformance run with another result than the emulator's.
const NOT_CONFORMING: u8 = 3;

/// Runs the command of this process's arguments.
pub async fn run() -> ExitCode {
    let done = match Args::parse().command {
        Command::Up(up) => up::run(up).await,
        Command::Emulator(emulator) => emulator::run(emulator).await,
        Command::Replay(replay) => replay::run(replay).await,
        Command::Deploy(deploy) => deploy::run(deploy).await,
        Command::Destroy(destroy) => destroy::run(destroy).await,
        Command::Status(status) => status::run(status).await,
        Command::Start(it) => start_stop::start(it).await,
        Command::Stop(it) => start_stop::stop(it).await,
        Command::Watch(watch) => watch::run(watch).await,
        Command::List(list) => status::list(list).await,
        Command::Doctor(it) => doctor::run(it).await,
        Command::Conformance(it) => conformance::run(it).await,
        Command::Completions { shell } => {
            manual::print_completions(shell);
            Ok(())
        }
        Command::Man { command } => manual::print_page(command.as_deref()),
        Command::Function { name } => function::run(name).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed.
            let _ = writeln!(io::stderr(), "{}", error.lines());
            match error {
                Error::Interrupted(_) => signals::INTERRUPTED.into(),
                Error::NotConforming { .. } => NOT_CONFORMING.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

//! The `lilo` command: a live channel that never ends, from an MP4 file.

mod args;
mod aws;
mod bootstrap;
mod clip;
mod deploy;
mod destroy;
mod emulator;
mod error;
mod function;
mod ledger;
mod replay;
mod report;
mod run;
mod screen;
mod session;
mod signals;
mod status;
mod templates;
mod up;
mod view;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::error::Error;

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Up(up) => up::run(up).await,
        Command::Emulator(emulator) => emulator::run(emulator).await,
        Command::Replay(replay) => replay::run(replay).await,
        Command::Deploy(deploy) => deploy::run(deploy).await,
        Command::Destroy(destroy) => destroy::run(destroy).await,
        Command::Status(status) => status::run(status).await,
        Command::Start(it) => run::start(it).await,
        Command::Stop(it) => run::stop(it).await,
        Command::List(list) => status::list(list).await,
        Command::Function { name } => function::run(name).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be there to read it any more.
            let _ = writeln!(io::stderr(), "lilo: {}", lilo_lifecycle::chain(&error));
            match error {
                Error::Interrupted(_) => signals::INTERRUPTED.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

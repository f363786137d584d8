//! The `lilo` command: a live channel that never ends, from an MP4 file.

mod args;
mod bootstrap;
mod clip;
mod emulator;
mod error;
mod function;
mod replay;
mod report;
mod signals;
mod up;

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
        Command::Function { name } => function::run(name).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be there to read it any more.
            let _ = writeln!(io::stderr(), "lilo: {}", lilo_lifecycle::chain(&error));
            ExitCode::FAILURE
        }
    }
}

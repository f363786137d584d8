//! Runs one function as its own process (docs/decisions/0001-one-command-carries-the-functions.md).

use std::io::Read;
use std::{io, process, thread};

use clap::ValueEnum;

use crate::Error;

/// The functions' names in infra/bootstrap.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    #[value(name = "lilo-input")]
    Input,
    #[value(name = "lilo-channel")]
    Channel,
    #[value(name = "lilo-starter")]
    Starter,
}

/// Serves invocations until the platform ends.
pub(crate) async fn run(name: Name) -> Result<(), Error> {
    end_with_the_platform();
    match name {
        Name::Input => lilo_runtime::run(lilo_input::handle).await,
        Name::Channel => lilo_runtime::run(lilo_channel::handle).await,
        Name::Starter => lilo_runtime::run(lilo_starter::handle).await,
    }
    .map_err(Error::Function)
}

/// The platform holds the other end of standard input, so this process exits with it.
fn end_with_the_platform() {
    thread::spawn(|| {
        let mut held = io::stdin().lock();
        while held.read(&mut [0; 64]).is_ok_and(|read| read > 0) {}
        process::exit(0);
    });
}

//! The functions that are measured.

use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Hello,
    /// Deletes an input that is gone.
    Input,
    /// Deletes a channel that is gone.
    Channel,
    /// Starts a channel.
    Starter,
    /// The starter's sweep over ten thousand channels that need nothing.
    Sweep,
    /// The AWS sample's starter, in Python.
    Python,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Hello, Self::Input, Self::Channel, Self::Starter, Self::Sweep, Self::Python];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Input => "input",
            Self::Channel => "channel",
            Self::Starter => "starter",
            Self::Sweep => "sweep",
            Self::Python => "python",
        }
    }
}

/// A program to measure.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    program: PathBuf,
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, program) = text.split_once('=').ok_or("it is not NAME=PROGRAM")?;
        let first = name.split('-').next().unwrap_or_default();
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == first);
        let kind =
            kind.ok_or("the name is none of hello, input, channel, starter, sweep, python")?;
        let program = std::path::absolute(program).map_err(|error| error.to_string())?;
        Ok(Self { name: name.to_owned(), kind, program })
    }
}

impl Subject {
    pub(crate) fn command(&self) -> Vec<String> {
        let program = self.program.display().to_string();
        match self.kind {
            Kind::Python => {
                let rest = ["-m", "awslambdaric", "starter.handler"].map(str::to_owned);
                [program].into_iter().chain(rest).collect()
            }
            Kind::Hello | Kind::Input | Kind::Channel | Kind::Starter | Kind::Sweep => {
                vec![program]
            }
        }
    }

    /// Where the function's code is.
    pub(crate) fn folder(&self) -> PathBuf {
        match self.kind {
            Kind::Python => Path::new(env!("CARGO_MANIFEST_DIR")).join("python"),
            Kind::Hello | Kind::Input | Kind::Channel | Kind::Starter | Kind::Sweep => {
                self.program.parent().map_or_else(PathBuf::new, Path::to_owned)
            }
        }
    }
}

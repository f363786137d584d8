//! ffmpeg and ffprobe on this machine: where they are, and whether they will do.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::error::Error;

/// libavformat's major version in ffmpeg 5, the first whose concat demuxer takes options for each
/// file.
const OLDEST_LIBAVFORMAT: u32 = 59;

/// The version that ffmpeg says it is, such as `5.1.9-0+deb12u1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Finds out whether ffmpeg is here and can do what a [`Job`](crate::Job) needs.
///
/// The program is the one that the environment's `LILO_FFMPEG` names, or `ffmpeg` on the PATH, with
/// the `ffprobe` beside it or on the PATH.
///
/// # Errors
/// [`Error::Missing`] or [`Error::Unfit`]; their text says what to install.
pub async fn check() -> Result<Version, Error> {
    Programs::find().check().await
}

/// The two programs, as they are called.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
}

impl Programs {
    pub(crate) fn find() -> Self {
        Self::from_ffmpeg(std::env::var_os("LILO_FFMPEG"))
    }

    fn from_ffmpeg(named: Option<OsString>) -> Self {
        let ffmpeg = named.map_or_else(|| PathBuf::from("ffmpeg"), PathBuf::from);
        let beside = ffmpeg.with_file_name("ffprobe");
        let ffprobe = if beside.exists() { beside } else { PathBuf::from("ffprobe") };
        Self { ffmpeg, ffprobe }
    }

    /// ffmpeg, not started yet. It dies with its handle, and knows nothing of our terminal: an
    /// interrupt from the keyboard is for us to act on.
    pub(crate) fn ffmpeg(&self) -> Command {
        command(&self.ffmpeg)
    }

    /// ffprobe, likewise.
    pub(crate) fn ffprobe(&self) -> Command {
        command(&self.ffprobe)
    }

    /// The error of a program that did not start.
    pub(crate) fn missing(program: &Command, source: std::io::Error) -> Error {
        Error::Missing { program: name(program), source }
    }

    async fn check(&self) -> Result<Version, Error> {
        let said = ask(self.ffmpeg().arg("-version")).await?;
        let unfit = |lacking| Error::Unfit { program: name(&self.ffmpeg()), lacking };
        if libavformat(&said).is_none_or(|major| major < OLDEST_LIBAVFORMAT) {
            return Err(unfit("what came with version 5"));
        }
        let encoders = ask(self.ffmpeg().args(["-hide_banner", "-encoders"])).await?;
        for (encoder, lacking) in
            [("libx264", "the H.264 encoder libx264"), ("aac", "the AAC encoder")]
        {
            if !encoders.lines().any(|line| line.split_whitespace().nth(1) == Some(encoder)) {
                return Err(unfit(lacking));
            }
        }
        ask(self.ffprobe().arg("-version")).await?;
        Ok(version(&said))
    }
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command.env("no_proxy", no_proxy(std::env::var("no_proxy").ok().as_deref()));
    command
}

/// What is fetched without the proxy that `http_proxy` names: what was, and this machine, on which
/// nobody's proxy can fetch anything. ffmpeg reads the name in lower case only.
fn no_proxy(inherited: Option<&str>) -> String {
    let named = inherited.filter(|named| !named.is_empty());
    named.into_iter().chain(["127.0.0.1", "localhost", "::1"]).collect::<Vec<_>>().join(",")
}

fn name(program: &Command) -> String {
    program.as_std().get_program().to_string_lossy().into_owned()
}

async fn ask(program: &mut Command) -> Result<String, Error> {
    let output = program.output().await.map_err(|error| Programs::missing(program, error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `ffmpeg version 7.0.2-static https://…`
fn version(said: &str) -> Version {
    Version(said.split_whitespace().nth(2).unwrap_or("unknown").to_owned())
}

/// `libavformat    59. 27.100 / 59. 27.100`: unlike ffmpeg's own version it is a number in every
/// build.
fn libavformat(said: &str) -> Option<u32> {
    let line = said.lines().find_map(|line| line.strip_prefix("libavformat"))?;
    line.split('.').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;

//! Finds ffmpeg and ffprobe on this machine and checks them.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::error::Error;

/// libavformat's major version in ffmpeg 5, the first whose concat demuxer takes options per file.
const OLDEST_LIBAVFORMAT: u32 = 59;

/// ffmpeg's version as it prints it, such as `5.1.9-0+deb12u1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Checks that ffmpeg is installed and can do what a [`Job`](crate::Job) needs.
///
/// The program is the one in the environment's `LILO_FFMPEG`, or `ffmpeg` on the PATH; `ffprobe` is
/// the one beside it, or on the PATH.
///
/// # Errors
/// [`Error::Missing`] or [`Error::Unfit`], which say what to install.
pub async fn check() -> Result<Version, Error> {
    Programs::find().check().await
}

/// The paths or names of the two programs.
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

    /// A command for ffmpeg. It dies with its handle, and has its own process group: only this
    /// process handles Ctrl-C.
    pub(crate) fn ffmpeg(&self) -> Command {
        command(&self.ffmpeg)
    }

    /// A command for ffprobe, with the same properties.
    pub(crate) fn ffprobe(&self) -> Command {
        command(&self.ffprobe)
    }

    /// The error of a program that did not start.
    pub(crate) fn missing(program: &Command, source: std::io::Error) -> Error {
        Error::Missing { program: name(program), source }
    }

    async fn check(&self) -> Result<Version, Error> {
        let text = output_of(self.ffmpeg().arg("-version")).await?;
        let unfit = |lacking| Error::Unfit { program: name(&self.ffmpeg()), lacking };
        if libavformat(&text).is_none_or(|major| major < OLDEST_LIBAVFORMAT) {
            return Err(unfit("what came with version 5"));
        }
        let encoders = output_of(self.ffmpeg().args(["-hide_banner", "-encoders"])).await?;
        for (encoder, lacking) in
            [("libx264", "the H.264 encoder libx264"), ("aac", "the AAC encoder")]
        {
            if !encoders.lines().any(|line| line.split_whitespace().nth(1) == Some(encoder)) {
                return Err(unfit(lacking));
            }
        }
        output_of(self.ffprobe().arg("-version")).await?;
        Ok(version(&text))
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

/// The hosts that bypass `http_proxy`: the inherited ones and this machine, which no proxy can
/// reach. ffmpeg reads the variable in lower case only.
fn no_proxy(inherited: Option<&str>) -> String {
    let named = inherited.filter(|named| !named.is_empty());
    named.into_iter().chain(["127.0.0.1", "localhost", "::1"]).collect::<Vec<_>>().join(",")
}

fn name(program: &Command) -> String {
    program.as_std().get_program().to_string_lossy().into_owned()
}

async fn output_of(program: &mut Command) -> Result<String, Error> {
    let output = program.output().await.map_err(|error| Programs::missing(program, error))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `ffmpeg version 7.0.2-static https://…`
fn version(text: &str) -> Version {
    Version(text.split_whitespace().nth(2).unwrap_or("unknown").to_owned())
}

/// `libavformat    59. 27.100 / 59. 27.100`: a number in every build, unlike ffmpeg's own version.
fn libavformat(text: &str) -> Option<u32> {
    let line = text.lines().find_map(|line| line.strip_prefix("libavformat"))?;
    line.split('.').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;

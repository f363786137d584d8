//! The encoder's errors and their remedies. Must not know how a channel reacts.

use std::io;
use std::net::SocketAddr;

use crate::status::Cause;

/// Why the encoder cannot work.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Error {
    /// The program is missing or not executable.
    #[error("cannot run {program}")]
    #[diagnostic(help(
        "install ffmpeg 5.1 or newer together with ffprobe (Debian and Ubuntu: apt-get install \
         ffmpeg, macOS: brew install ffmpeg), or name the program in LILO_FFMPEG"
    ))]
    Missing {
        /// ffmpeg or ffprobe, as it was called.
        program: String,
        /// What the system answered.
        source: io::Error,
    },
    /// The program cannot do what a [`Job`](crate::Job) needs.
    #[error("{program} lacks {lacking}")]
    #[diagnostic(help(
        "install a complete build of ffmpeg 5.1 or newer, or name one in LILO_FFMPEG"
    ))]
    Unfit {
        /// ffmpeg or ffprobe, as it was called.
        program: String,
        /// What it lacks.
        lacking: &'static str,
    },
    /// The source's address is not an `http` or `https` URL.
    #[error("the source {url} is not an http or https URL")]
    #[diagnostic(help("give the address of an MP4 file"))]
    Address {
        /// The address without its secrets.
        url: String,
    },
    /// The source does not answer, or cannot be played.
    #[error("cannot read the source {url}: {reason}")]
    #[diagnostic(help("play the file with ffplay to see what is wrong with it"))]
    Source {
        /// The address without its secrets.
        url: String,
        /// ffprobe's last error line.
        reason: String,
    },
    /// ffmpeg could not make a test clip.
    #[error("cannot make a test clip: {reason}")]
    #[diagnostic(help("give an MP4 of your own"))]
    Clip {
        /// ffmpeg's last error line.
        reason: String,
    },
    /// The system cannot open a pipe to ffmpeg.
    #[error("cannot open a pipe to ffmpeg")]
    #[diagnostic(help("close files, or allow more of them: too many may be open (ulimit -n)"))]
    Pipe(#[source] io::Error),
    /// The system cannot open a socket for the stream.
    #[error("cannot open a UDP socket to send to {destination}")]
    #[diagnostic(help("end other programs: this machine may have too many open files"))]
    Socket {
        /// The stream's destination.
        destination: SocketAddr,
        /// What the system answered.
        source: io::Error,
    },
}

impl Error {
    /// Whose fault it is: the source's, which may recover, or this machine's.
    #[must_use]
    pub fn cause(&self) -> Cause {
        match self {
            Self::Address { .. } | Self::Source { .. } => Cause::Source,
            Self::Missing { .. }
            | Self::Unfit { .. }
            | Self::Clip { .. }
            | Self::Pipe(_)
            | Self::Socket { .. } => Cause::Encoder,
        }
    }
}

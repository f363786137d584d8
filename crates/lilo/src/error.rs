//! What ends the command with exit code 1.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use lilo_local::stack::Status;
use lilo_medialive_emulator::encoder;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// One clear line: what happened, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Encoder(#[from] encoder::Error),
    #[error(transparent)]
    Local(#[from] lilo_local::Error),
    #[error("the parameter {0} is given twice; give it once")]
    RepeatedParameter(String),
    #[error("the parameter {name} is set by {option}; use that")]
    OptionsParameter { name: &'static str, option: &'static str },
    #[error(
        "cannot listen on {address}; is another lilo running? choose another address with {option}"
    )]
    Listen { address: SocketAddr, option: &'static str, source: io::Error },
    #[error(
        "AllowInsecureSource={0} cannot be: a local file is served over http, on this machine only; \
         leave it out, or give an https URL with --source"
    )]
    InsecureFile(String),
    #[error("the functions' own stack (infra/bootstrap.yaml) came to {0}")]
    Bootstrap(Status),
    #[error("{} is not an MP4 file; give one, or make one of it with ffmpeg", .0.display())]
    NotMp4(PathBuf),
    #[error("cannot find this user's cache folder for the test clip; give a file with --source")]
    NoHome(#[source] Source),
    #[error("cannot write the test clip to {}; give a file with --source", .folder.display())]
    ClipFolder { folder: PathBuf, source: io::Error },
    #[error("cannot find this program's own file, to run the functions")]
    Program(#[source] io::Error),
    #[error("cannot listen to signals")]
    Signals(#[source] io::Error),
    #[error("the emulated MediaLive ended")]
    Serve(#[source] io::Error),
    #[error("the stack could not be created and was rolled back: {0}")]
    NotCreated(String),
    #[error("the stack could not be created, and not all that was made could be taken away: {0}")]
    NotRolledBack(String),
    #[error("the stack could not be deleted: {0}")]
    NotDeleted(String),
    #[error("cannot write the call log to {}; choose another place with --call-log", .file.display())]
    CallLog { file: PathBuf, source: io::Error },
    #[error("left in MediaLive after the teardown: {0}")]
    Left(String),
    #[error("cannot read the event {}", .file.display())]
    Event { file: PathBuf, source: Source },
    #[error("no function is named after the folder of {}; name it with --function", .0.display())]
    WhichFunction(PathBuf),
    #[error(
        "MediaLive is not emulated at {url}; start `lilo emulator`, or say where with --medialive"
    )]
    NoMediaLive { url: String, source: Source },
    #[error("the function failed: {0}")]
    Replay(String),
    #[error("the function lost its platform")]
    Function(#[source] Source),
}

//! ffmpeg and ffprobe as the tests' own instruments.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// A file of this test run.
pub(crate) fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("encoder");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// What ffmpeg writes to its output; it must not have printed anything.
pub(crate) async fn ffmpeg<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Vec<u8> {
    run("ffmpeg", arguments).await
}

/// What ffprobe answers; it must not have printed anything else.
pub(crate) async fn ffprobe<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> String {
    String::from_utf8(run("ffprobe", arguments).await).unwrap()
}

async fn run<A: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = A>) -> Vec<u8> {
    let mut command = Command::new(program);
    command.args(["-v", "error"]).args(arguments).kill_on_drop(true);
    if program == "ffmpeg" {
        command.arg("-nostdin");
    }
    let output = command.output().await.unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && printed.is_empty(), "{command:?}: {printed}");
    output.stdout
}

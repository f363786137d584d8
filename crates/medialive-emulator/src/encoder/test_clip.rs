//! A clip to play when there is no other: what an engineer wants to see loop.

use std::path::Path;
use std::process::Stdio;

use super::error::Error;
use super::last_words::last_words;
use super::program::Programs;

/// Colour bars with a running clock, and something that moves, in the middle. ffmpeg draws the clock of `testsrc2` itself,
/// so no font has to be installed; drawn small and enlarged, it can be read across a room.
const PICTURE: &str = "smptehdbars=size=1920x1080:rate=25[bars];\
                       testsrc2=size=320x180:rate=25,scale=960:540:flags=neighbor[clock];\
                       [bars][clock]overlay=(W-w)/2:(H-h)/2,format=yuv420p";
/// A quiet tone with a beep each second.
const SOUND: &str = "sine=frequency=440:beep_factor=4:sample_rate=48000,volume=0.25,\
                     aformat=channel_layouts=stereo";

/// Writes an MP4 of this many seconds to `path`, in place of what was there: 1080p25 H.264, stereo AAC.
///
/// # Errors
/// [`Error::Missing`] without ffmpeg, [`Error::Clip`] when it fails.
pub async fn make_test_clip(path: &Path, seconds: u32) -> Result<(), Error> {
    let mut command = Programs::find().ffmpeg();
    command.args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"]);
    command.args([
        "-filter_complex",
        &format!("{PICTURE}[v];{SOUND}[a]"),
        "-map",
        "[v]",
        "-map",
        "[a]",
    ]);
    command.args(["-c:v", "libx264", "-preset", "superfast", "-crf", "18", "-g", "50"]);
    command.args(["-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart"]);
    command.args(["-t", &seconds.to_string()]).arg(path).stdout(Stdio::null());
    let mut child = command.spawn().map_err(|error| Programs::missing(&command, error))?;
    let said = match child.stderr.take() {
        Some(errors) => last_words(errors).await,
        None => None,
    };
    match child.wait().await {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Error::Clip { reason: said.unwrap_or_else(|| "ffmpeg failed silently".into()) }),
    }
}

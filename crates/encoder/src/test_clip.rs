//! A clip to play when there is no other: what an engineer wants to see loop.

use std::path::Path;
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::error::Error;
use crate::last_words::last_words;
use crate::program::Programs;

/// Colour bars with a running clock, and something that moves, in the middle. ffmpeg draws the
/// clock of `testsrc2` itself, so no font has to be installed; drawn small and enlarged, it can be
/// read across a room.
const PICTURE: &str = "smptehdbars=size=1920x1080:rate=25[bars];\
                       testsrc2=size=320x180:rate=25,scale=960:540:flags=neighbor[clock];\
                       [bars][clock]overlay=(W-w)/2:(H-h)/2,format=yuv420p";
/// A quiet tone with a beep each second.
const SOUND: &str = "sine=frequency=440:beep_factor=4:sample_rate=48000,volume=0.25,\
                     aformat=channel_layouts=stereo";

/// Writes an MP4 of this many seconds to `path`, in place of what was there: 1080p25 H.264, stereo
/// AAC.
///
/// Dropping the future ends it, and it ends with this process, in whatever way that ends. What is
/// at `path` then is not the whole clip.
///
/// # Errors
/// [`Error::Missing`] without ffmpeg, [`Error::Clip`] when it fails.
pub async fn make_test_clip(path: &Path, seconds: u32) -> Result<(), Error> {
    let programs = Programs::find();
    let mut encoder = spawn(encoder(&programs, seconds))?;
    let mut writer = spawn(writer(&programs, path))?;
    let (from, to) = (encoder.stdout.take(), writer.stdin.take());
    let pass = async move {
        if let (Some(mut from), Some(mut to)) = (from, to) {
            // One that does not read on has ended, and says itself why.
            let _ = tokio::io::copy(&mut from, &mut to).await;
        }
    };
    let ((), made, written) = tokio::join!(pass, end(&mut encoder), end(&mut writer));
    // A writer that fails takes the encoder along, whose words are then only that nobody reads it.
    written.and(made).map_err(|reason| Error::Clip { reason })
}

/// An ffmpeg that writes to a file does not notice that it is alone. This one writes to us: a
/// picture without reordering and sound without a coder's delay, whose times begin at nought in any
/// container.
fn encoder(programs: &Programs, seconds: u32) -> Command {
    let mut command = programs.ffmpeg();
    command.args(["-v", "error", "-nostdin", "-filter_complex"]);
    command.arg(format!("{PICTURE}[v];{SOUND}[a]"));
    command.args(["-map", "[v]", "-map", "[a]", "-t", &seconds.to_string()]);
    command.args(["-c:v", "libx264", "-preset", "superfast", "-crf", "18", "-g", "50", "-bf", "0"]);
    command.args(["-c:a", "pcm_s16le", "-f", "nut", "pipe:1"]);
    command
}

/// Makes an MP4 of it; this one ends when we stop writing to it. An MP4 cannot be written to a pipe
/// unless in fragments, and those do not loop: a pass of them is longer than its streams (measured
/// with 5.1: by 80 ms).
fn writer(programs: &Programs, path: &Path) -> Command {
    let mut command = programs.ffmpeg();
    command.args(["-v", "error", "-y", "-f", "nut", "-i", "pipe:0"]);
    command.args(["-c:v", "copy", "-c:a", "aac", "-b:a", "128k"]);
    command.args(["-movflags", "+faststart", "-f", "mp4"]).arg(path);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    command
}

fn spawn(mut command: Command) -> Result<Child, Error> {
    command.spawn().map_err(|error| Programs::missing(&command, error))
}

/// Waits for it; fails with its last words.
async fn end(ffmpeg: &mut Child) -> Result<(), String> {
    let said = match ffmpeg.stderr.take() {
        Some(errors) => last_words(errors, None).await,
        None => None,
    };
    match ffmpeg.wait().await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(said.unwrap_or_else(|| status.to_string())),
        Err(error) => Err(said.unwrap_or_else(|| error.to_string())),
    }
}

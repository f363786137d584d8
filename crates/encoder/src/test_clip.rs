//! Makes a test clip, to play when there is no other.

use std::path::Path;
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::error::Error;
use crate::error_output;
use crate::program::Programs;

/// Colour bars with a running clock and motion in the middle. ffmpeg draws the clock of `testsrc2`
/// itself, so it needs no font; drawn small and enlarged, it is readable across a room.
const PICTURE: &str = "smptehdbars=size=1920x1080:rate=25[bars];\
                       testsrc2=size=320x180:rate=25,scale=960:540:flags=neighbor[clock];\
                       [bars][clock]overlay=(W-w)/2:(H-h)/2,format=yuv420p";
/// A quiet tone with a beep each second.
const SOUND: &str = "sine=frequency=440:beep_factor=4:sample_rate=48000,volume=0.25,\
                     aformat=channel_layouts=stereo";

/// Writes an MP4 of `seconds` to `path`, replacing any file there: 1080p25 H.264, stereo AAC.
///
/// Dropping the future stops it; so does any end of this process. The file is then incomplete.
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
            // If the writer stops reading, it has exited and its error output says why.
            let _ = tokio::io::copy(&mut from, &mut to).await;
        }
    };
    let ((), made, written) = tokio::join!(pass, end(&mut encoder), end(&mut writer));
    // If the writer fails, the encoder fails too, but only because nobody reads its output.
    written.and(made).map_err(|reason| Error::Clip { reason })
}

/// Encodes to a pipe: an ffmpeg that writes to a file would outlive this process. Pictures without
/// reordering and sound without coder delay start at zero in any container.
fn encoder(programs: &Programs, seconds: u32) -> Command {
    let mut command = programs.ffmpeg();
    command.args(["-v", "error", "-nostdin", "-filter_complex"]);
    command.arg(format!("{PICTURE}[v];{SOUND}[a]"));
    command.args(["-map", "[v]", "-map", "[a]", "-t", &seconds.to_string()]);
    command.args(["-c:v", "libx264", "-preset", "superfast", "-crf", "18", "-g", "50", "-bf", "0"]);
    command.args(["-c:a", "pcm_s16le", "-f", "nut", "pipe:1"]);
    command
}

/// Writes the MP4; it exits when its input ends. Only a fragmented MP4 can be written to a pipe,
/// and that has no edit list: the codec's delay would lengthen each pass (with 5.1, by 80 ms).
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

/// Waits until ffmpeg exits; fails with its last error line.
async fn end(ffmpeg: &mut Child) -> Result<(), String> {
    let error_line = match ffmpeg.stderr.take() {
        Some(errors) => error_output::read(errors, None).await.last,
        None => None,
    };
    match ffmpeg.wait().await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(error_line.unwrap_or_else(|| status.to_string())),
        Err(error) => Err(error_line.unwrap_or_else(|| error.to_string())),
    }
}

//! The clip to play: a file of the person's, or the test clip, made once and kept in the user's
//! cache.

use std::fs::{File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use indicatif::ProgressBar;
use lilo_encoder as encoder;
use tempfile::TempPath;

use crate::Error;

/// Seconds; long enough to read the timecode, short enough to see it loop.
const LENGTH: u32 = 20;
/// Changes with what is in the clip, so that an older one is not taken for it.
const FILE: &str = "test-clip-2.mp4";
/// The clip in the making. Its name is fixed: what a killed command left behind is removed by the
/// next.
const HALF: &str = "test-clip.part.mp4";

/// The path of the clip, which is made first if need be: colour bars, a tone and a running
/// timecode.
///
/// It is written beside its place and moved there whole, so that a second `lilo` or an interruption
/// never sees half a clip. Dropping the future ends the making and removes the half.
pub(crate) async fn test_clip(spinner: &ProgressBar) -> Result<PathBuf, Error> {
    let folder = etcetera::choose_base_strategy()
        .map_err(|source| Error::NoHome(source.into()))?
        .cache_dir()
        .join("lilo");
    let clip = folder.join(FILE);
    if clip.is_file() {
        return Ok(clip);
    }
    let unwritable = |source| Error::ClipFolder { folder: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(unwritable)?;
    spinner.set_message("making a test clip, once");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let _turn = turn(&folder).await.map_err(unwritable)?;
    if !clip.is_file() {
        // Away with another's: a writer that is still ending has it in hand, and must not have
        // ours.
        let _ = std::fs::remove_file(folder.join(HALF));
        let half = TempPath::try_from_path(folder.join(HALF)).map_err(unwritable)?;
        encoder::make_test_clip(&half, LENGTH).await?;
        half.persist(&clip).map_err(|error| unwritable(error.error))?;
    }
    Ok(clip)
}

/// Refuses a file that is no MP4 before anything is made: MediaLive would find that out only while
/// the channel runs.
///
/// An MP4 begins with a box of type `ftyp` (ISO/IEC 14496-12, 4.3).
pub(crate) fn check_mp4(file: &Path) -> Result<(), Error> {
    let mut start = [0; 8];
    let is_mp4 = File::open(file)
        .and_then(|mut opened| opened.read_exact(&mut start))
        .is_ok_and(|()| start.ends_with(b"ftyp"));
    if is_mp4 { Ok(()) } else { Err(Error::NotMp4(file.to_owned())) }
}

/// Waits until no other `lilo` makes the clip; the turn ends with the handle, or with this process.
async fn turn(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(folder),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

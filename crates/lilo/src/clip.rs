//! The clip to play: the user's file, or the test clip, which is made once and cached.

use std::fs::{File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use indicatif::ProgressBar;
use lilo_encoder as encoder;
use tempfile::TempPath;

use crate::Error;
use crate::ui::screen;

/// Seconds: long enough to read the timecode, short enough to see the loop.
const LENGTH: u32 = 20;
/// The name changes with the clip's content, so that an older clip is not used.
const FILE: &str = "test-clip-2.mp4";
/// The incomplete clip. The name is fixed, so that the next command removes a killed one's file.
const PARTIAL: &str = "test-clip.part.mp4";

/// The path of the test clip, made first if necessary: colour bars, a tone and a running timecode.
///
/// The clip is written to a temporary file and renamed, so that nobody sees an incomplete clip.
/// Dropping the future stops the encoder and removes the temporary file.
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
    screen::wait(spinner, "making a test clip, once");
    let _lock = lock_folder(&folder).await.map_err(unwritable)?;
    if !clip.is_file() {
        // Removes another's file first: its writer may still be ending, and must not write to ours.
        let _ = std::fs::remove_file(folder.join(PARTIAL));
        let partial = TempPath::try_from_path(folder.join(PARTIAL)).map_err(unwritable)?;
        encoder::make_test_clip(&partial, LENGTH).await?;
        partial.persist(&clip).map_err(|error| unwritable(error.error))?;
    }
    Ok(clip)
}

/// Refuses a file that is not an MP4 early: MediaLive would notice only while the channel runs.
///
/// An MP4 starts with a box of type `ftyp` (ISO/IEC 14496-12, 4.3).
pub(crate) fn check_mp4(file: &Path) -> Result<(), Error> {
    let mut start = [0; 8];
    let is_mp4 = File::open(file)
        .and_then(|mut opened| opened.read_exact(&mut start))
        .is_ok_and(|()| start.ends_with(b"ftyp"));
    if is_mp4 { Ok(()) } else { Err(Error::NotMp4(file.to_owned())) }
}

/// Waits until no other `lilo` makes the clip; the lock ends with the handle or this process.
async fn lock_folder(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(folder),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

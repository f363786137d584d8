//! The test clip: made once, kept in the user's cache.

use std::path::PathBuf;
use std::time::Duration;

use etcetera::BaseStrategy;
use indicatif::ProgressBar;
use lilo_medialive_emulator::encoder;

use crate::Error;

/// Seconds; long enough to read the timecode, short enough to see it loop.
const LENGTH: u32 = 20;
/// Changes with what is in the clip, so that an older one is not taken for it.
const FILE: &str = "test-clip-2.mp4";

/// The path of the clip, which is made first if need be: colour bars, a tone and a running timecode.
///
/// It is written beside its place and moved there whole, so that a second `lilo` or an interruption never sees half a clip.
pub(crate) async fn test_clip() -> Result<PathBuf, Error> {
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
    let half = tempfile::Builder::new()
        .suffix(".mp4")
        .tempfile_in(&folder)
        .map_err(unwritable)?
        .into_temp_path();
    let bar = ProgressBar::new_spinner().with_message("making a test clip, once");
    bar.enable_steady_tick(Duration::from_millis(100));
    encoder::make_test_clip(&half, LENGTH).await?;
    bar.finish_and_clear();
    half.persist(&clip).map_err(|error| unwritable(error.error))?;
    Ok(clip)
}

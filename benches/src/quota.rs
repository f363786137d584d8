//! A limit of processor time, as Lambda sets one: at 128 MB about a fourteenth of a processor.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Microseconds. Lambda does not publish its period; 20 ms is a choice, and 7 % of it is above the
/// 1 ms that Linux demands.
const PERIOD: u32 = 20_000;
const QUOTA: u32 = 1_400;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A new control group for each process: one that was used may have to make up for what it took
/// too much.
pub(crate) struct Group(PathBuf);

impl Group {
    /// # Errors
    /// When this user may not make one here. Then nothing can be measured under a quota.
    pub(crate) fn new() -> io::Result<Self> {
        let name =
            format!("lilo-bench-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let version_2 = Path::new("/sys/fs/cgroup");
        if version_2.join("cgroup.controllers").exists() {
            // Root only, and not needed where it is on already.
            let _on_already = fs::write(version_2.join("cgroup.subtree_control"), "+cpu");
            let group = Self::make(version_2.join(name))?;
            fs::write(group.0.join("cpu.max"), format!("{QUOTA} {PERIOD}")).map(|()| group)
        } else {
            let group = Self::make(version_2.join("cpu").join(name))?;
            fs::write(group.0.join("cpu.cfs_period_us"), PERIOD.to_string())
                .and_then(|()| fs::write(group.0.join("cpu.cfs_quota_us"), QUOTA.to_string()))
                .map(|()| group)
        }
    }

    fn make(path: PathBuf) -> io::Result<Self> {
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// The file that takes the id of a process, and puts it under the quota.
    pub(crate) fn door(&self) -> PathBuf {
        self.0.join("cgroup.procs")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Fails while its process still ends, and the group then stays, empty.
        let _stays = fs::remove_dir(&self.0);
    }
}

//! A limit of processor time, as Lambda sets one by a function's memory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Microseconds. Lambda does not publish its period; 20 ms is a choice. The least share of it is
/// above the 1 ms that Linux demands.
const PERIOD: u32 = 20_000;
/// MB that give one processor (Lambda developer guide, "Configure Lambda function memory").
const ONE_PROCESSOR: u32 = 1769;

/// MB of a function's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory(pub(crate) u32);

impl Memory {
    /// Microseconds of processor time in each period.
    fn share(self) -> u32 {
        let Self(memory) = self;
        PERIOD * memory / ONE_PROCESSOR
    }
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A new control group for each process: one that was used may have to make up for what it took
/// too much.
pub(crate) struct Group(PathBuf);

impl Group {
    /// # Errors
    /// When this user may not make one here. Then nothing can be measured under a quota.
    pub(crate) fn new(memory: Memory) -> io::Result<Self> {
        let share = memory.share();
        let name =
            format!("lilo-bench-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let version_2 = Path::new("/sys/fs/cgroup");
        if version_2.join("cgroup.controllers").exists() {
            // Root only, and not needed where it is on already.
            let _on_already = fs::write(version_2.join("cgroup.subtree_control"), "+cpu");
            let group = Self::make(version_2.join(name))?;
            fs::write(group.0.join("cpu.max"), format!("{share} {PERIOD}")).map(|()| group)
        } else {
            let group = Self::make(version_2.join("cpu").join(name))?;
            fs::write(group.0.join("cpu.cfs_period_us"), PERIOD.to_string())
                .and_then(|()| fs::write(group.0.join("cpu.cfs_quota_us"), share.to_string()))
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

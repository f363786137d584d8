//! The system's processes, as far as Linux shows them.

use std::fs;
use std::time::Duration;

use tokio::time::sleep;

/// A child of the process with this id, by something on its command line. Waits for it.
pub(crate) async fn child_of(parent: u32, mark: &str) -> u32 {
    for _ in 0..500 {
        if let Some(child) = all().find(|id| parent_of(*id) == Some(parent) && says(*id, mark)) {
            return child;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("process {parent} has no child with {mark}");
}

/// There is nothing with this id, not even a zombie.
pub(crate) fn is_gone(id: u32) -> bool {
    !fs::exists(format!("/proc/{id}")).unwrap()
}

/// It runs no more; a zombie that waits for somebody else's process to look at it does not count.
pub(crate) async fn dies(id: u32) -> bool {
    for _ in 0..250 {
        if status(id, "State:").is_none_or(|state| state.starts_with('Z')) {
            return true;
        }
        sleep(Duration::from_millis(20)).await;
    }
    false
}

fn all() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").unwrap();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

fn parent_of(id: u32) -> Option<u32> {
    status(id, "PPid:")?.parse().ok()
}

fn says(id: u32, mark: &str) -> bool {
    let line = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
    line.replace('\0', " ").contains(mark)
}

fn status(id: u32, field: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(field))?;
    Some(value.trim().to_owned())
}

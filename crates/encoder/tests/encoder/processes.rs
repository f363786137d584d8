//! The system's processes, as `ps` shows them on Linux and macOS alike.

use std::time::Duration;

use tokio::process::Command;
use tokio::time::sleep;

/// A child of the process with this id, by something on its command line. Waits for it.
pub(crate) async fn child_of(parent: u32, mark: &str) -> u32 {
    for _ in 0..200 {
        if let Some(child) = children_of(parent, mark).await.first() {
            return *child;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("process {parent} has no child with {mark}");
}

/// All that there are now.
pub(crate) async fn children_of(parent: u32, mark: &str) -> Vec<u32> {
    let all = ps(&["-A", "-o", "pid=,ppid=,args="]).await;
    let children = all.lines().filter(|line| line.contains(mark)).filter_map(|line| {
        let mut fields = line.split_whitespace().map(str::parse::<u32>);
        let (id, of) = (fields.next()?.ok()?, fields.next()?.ok()?);
        (of == parent).then_some(id)
    });
    children.collect()
}

/// What a process and its children have in memory, in MiB.
pub(crate) async fn memory(of: u32) -> u64 {
    let all = ps(&["-A", "-o", "pid=,ppid=,rss="]).await;
    let kilobytes = all.lines().filter_map(|line| {
        let fields: Vec<u64> = line.split_whitespace().filter_map(|it| it.parse().ok()).collect();
        let [id, parent, kilobytes] = fields[..] else { return None };
        [id, parent].contains(&of.into()).then_some(kilobytes)
    });
    kilobytes.sum::<u64>() / 1024
}

/// There is nothing with this id, not even a zombie.
pub(crate) async fn is_gone(id: u32) -> bool {
    state(id).await.is_none()
}

/// It runs no more; a zombie that waits for somebody else's process to look at it does not count.
pub(crate) async fn dies(id: u32) -> bool {
    for _ in 0..100 {
        if state(id).await.is_none_or(|state| state.starts_with('Z')) {
            return true;
        }
        sleep(Duration::from_millis(50)).await;
    }
    false
}

async fn state(id: u32) -> Option<String> {
    let state = ps(&["-o", "state=", "-p", &id.to_string()]).await;
    Some(state.trim().to_owned()).filter(|state| !state.is_empty())
}

async fn ps(arguments: &[&str]) -> String {
    let output = Command::new("ps").args(arguments).output().await.unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

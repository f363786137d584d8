//! The processes of this machine.

use std::collections::BTreeSet;
use std::process::Command;

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use super::wait_until;

/// A process that lives.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its id.
    pub id: i32,
    /// The id of the process that started it.
    pub parent: i32,
    /// The program and its arguments.
    pub command: String,
}

/// Every process that lives; one that has ended and waits for its parent to notice does not.
pub fn all() -> Vec<Process> {
    let ps = Command::new("ps").args(["-A", "-o", "pid=,ppid=,stat=,args="]).output().unwrap();
    let table = String::from_utf8_lossy(&ps.stdout);
    let rows = table.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| !row[2].starts_with('Z'))
        .map(|row| Process {
            id: row[0].parse().unwrap(),
            parent: row[1].parse().unwrap(),
            command: row[3..].join(" "),
        })
        .collect()
}

/// The processes that this one has started.
pub fn children_of(id: i32) -> Vec<Process> {
    all().into_iter().filter(|process| process.parent == id).collect()
}

/// Kills a process; one that has just ended is fine too.
pub fn kill(id: i32) {
    let _ = signal::kill(Pid::from_raw(id), Signal::SIGKILL);
}

/// Waits until none of these processes lives.
#[track_caller]
pub fn wait_until_gone(ids: &BTreeSet<i32>) {
    wait_until(&format!("{ids:?} have ended"), || all().iter().all(|it| !ids.contains(&it.id)));
}

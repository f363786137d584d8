//! The processes of the functions, which ministack starts.

use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::background::Background;

/// Kills those processes of a program's whose own program has this name. Says how many there were.
pub(super) fn kill_children(of: &Background, program: &str) -> usize {
    let parent = of.child.id().to_string();
    let children = processes().into_iter().filter(|process| {
        process.parent == parent && process.program.ends_with(&format!("/{program}"))
    });
    let pid = |process: Process| Pid::from_raw(process.id.parse().unwrap());
    children.map(|it| kill(pid(it), Signal::SIGKILL).unwrap()).count()
}

struct Process {
    id: String,
    parent: String,
    program: String,
}

fn processes() -> Vec<Process> {
    let ps = Command::new("ps").args(["-A", "-o", "pid=,ppid=,args="]).output().unwrap();
    let table = String::from_utf8(ps.stdout).unwrap();
    let rows = table.lines().map(|row| row.split_whitespace().map(str::to_owned));
    let mut cells = rows.map(|mut row| (row.next(), row.next(), row.next()));
    std::iter::from_fn(|| cells.next())
        .filter_map(|(id, parent, program)| {
            Some(Process { id: id?, parent: parent?, program: program? })
        })
        .collect()
}

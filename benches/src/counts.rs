//! What another machine counts as well: instructions, and calls.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::child::Running;
use crate::error::Error;
use crate::run::event;
use crate::stub::Stub;
use crate::subject::{Kind, Subject};

/// Instructions of one cold answer over plain HTTP, by callgrind; `None` without valgrind, and where it
/// is not counted.
pub(crate) async fn count(subject: &Subject) -> Result<Option<u64>, Error> {
    let counted = match subject.kind {
        // A sweep of ten thousand channels takes a minute in valgrind, and its pages do not change.
        Kind::Python | Kind::Sweep => false,
        Kind::Hello | Kind::Input | Kind::Channel | Kind::Starter => {
            Command::new("valgrind").arg("--version").output().is_ok()
        }
    };
    if !counted {
        return Ok(None);
    }
    let folder = TempDir::new()?;
    let counted = folder.path().join("counted");
    let file = format!("--callgrind-out-file={}", counted.display());
    let mut stub = Stub::start(subject.kind, None).await?;
    let prefix = ["valgrind", "--tool=callgrind", &file];
    let child = Running::start(subject, &prefix, stub.addresses(), None, None)?;
    stub.next(subject).await?.hand_out(event(subject.kind, stub.addresses()));
    stub.answer(subject).await?;
    // It now waits for the next event, and callgrind writes its count as the process ends.
    let _next = stub.next(subject).await?;
    child.end()?;
    let counted = fs::read_to_string(counted)?;
    let total = counted.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.and_then(|total| total.trim().parse().ok()))
}

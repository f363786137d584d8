//! The person's shutdown to end: Ctrl-C, a terminated session, a closed terminal.

use std::io::{self, Write};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Exit code of a program that a person interrupted (128 + SIGINT).
pub(crate) const INTERRUPTED: u8 = 130;
/// The farewell of what works on this machine alone: every process that it started dies with it.
pub(crate) const ALL_ON_THIS_MACHINE: &str =
    "ended at once; everything was on this machine, so nothing is left";
/// What follows the first signal this closely is the same shutdown: a terminal signals the whole
/// process group, and a wrapper in that group (`timeout`, some shells) passes its own on.
const ECHO: Duration = Duration::from_millis(300);

/// Cancelled by the first signal. The second one ends the program at once, with `farewell`.
pub(crate) fn listen(farewell: &'static str) -> io::Result<CancellationToken> {
    let mut wishes = Wishes {
        interrupt: signal(SignalKind::interrupt())?,
        terminate: signal(SignalKind::terminate())?,
        hang_up: signal(SignalKind::hangup())?,
    };
    let shutdown = CancellationToken::new();
    let cancel = shutdown.clone();
    tokio::spawn(async move {
        wishes.next().await;
        let first = Instant::now();
        cancel.cancel();
        wishes.next().await;
        while first.elapsed() < ECHO {
            wishes.next().await;
        }
        // The terminal may be gone.
        let _ = writeln!(io::stderr(), "\nlilo: {farewell}");
        std::process::exit(INTERRUPTED.into());
    });
    Ok(shutdown)
}

struct Wishes {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Wishes {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

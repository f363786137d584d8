//! Signals that end the command: Ctrl-C, a terminated session, a closed terminal.

use std::io::{self, Write};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Exit code of an interrupted program (128 + SIGINT).
pub(crate) const INTERRUPTED: u8 = 130;
/// The exit message of local commands: all their processes end with them.
pub(crate) const LOCAL_EXIT_MESSAGE: &str =
    "ended at once; everything was on this machine, so nothing is left";
/// Signals this soon after the first are the same interruption: a terminal signals the whole
/// process group, and a wrapper in that group (`timeout`, some shells) forwards its own.
const SAME_INTERRUPTION: Duration = Duration::from_millis(300);

/// A token that the first signal cancels. The second ends the program at once, with `exit_message`.
pub(crate) fn listen(exit_message: &'static str) -> io::Result<CancellationToken> {
    let mut signals = Signals {
        interrupt: signal(SignalKind::interrupt())?,
        terminate: signal(SignalKind::terminate())?,
        hang_up: signal(SignalKind::hangup())?,
    };
    let shutdown = CancellationToken::new();
    let cancel = shutdown.clone();
    tokio::spawn(async move {
        signals.next().await;
        let first = Instant::now();
        cancel.cancel();
        signals.next().await;
        while first.elapsed() < SAME_INTERRUPTION {
            signals.next().await;
        }
        // The terminal may be gone.
        let _ = writeln!(io::stderr(), "\nlilo: {exit_message}");
        std::process::exit(INTERRUPTED.into());
    });
    Ok(shutdown)
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

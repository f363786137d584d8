//! The emulator's clock.

use jiff::Timestamp;
use tokio::time::Instant;

/// The system's clock, or one that starts at `epoch` and follows tokio's.
#[derive(Debug)]
pub(crate) enum Clock {
    System,
    Since { epoch: Timestamp, started: Instant },
}

impl Clock {
    pub(crate) fn new(epoch: Option<Timestamp>) -> Self {
        epoch.map_or(Self::System, |epoch| Self::Since { epoch, started: Instant::now() })
    }

    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Since { epoch, started } => *epoch + started.elapsed(),
        }
    }
}

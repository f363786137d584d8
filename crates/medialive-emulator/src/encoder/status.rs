//! What a pipeline tells about itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How far a pipeline has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The source is being read; nothing was sent yet.
    Starting,
    /// The first datagram was sent.
    Playing,
    /// Nothing is sent any more, and never will be.
    Ended {
        /// Whose fault it is.
        cause: Cause,
        /// One line for a person; holds no credentials of the source's address.
        reason: String,
    },
}

/// What a pipeline ended of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The source cannot be read.
    Source,
    /// ffmpeg died, or could not be started.
    Encoder,
}

/// What a pipeline has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that the network took.
    pub datagrams: u64,
    /// Their bytes, RTP headers included.
    pub bytes: u64,
    /// How long the stream is behind real time: all the time lost since its first datagram and not made up for.
    pub behind: Duration,
}

/// The counters while they count.
#[derive(Debug, Default)]
pub(super) struct Tally {
    datagrams: AtomicU64,
    bytes: AtomicU64,
    behind_micros: AtomicU64,
}

impl Tally {
    pub(super) fn sent(&self, bytes: usize) {
        self.datagrams.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn behind(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.behind_micros.store(micros, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Counters {
        Counters {
            datagrams: self.datagrams.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            behind: Duration::from_micros(self.behind_micros.load(Ordering::Relaxed)),
        }
    }
}

//! What a pipeline tells about itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// How far a pipeline has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The source is being read; nothing was sent yet.
    Starting,
    /// The source is on the wire.
    Playing,
    /// Black and silence are on the wire, in the same stream: the source cannot be read. It is
    /// tried again for as long as that lasts.
    Filling {
        /// One line for a person; holds no credentials of the source's address.
        reason: String,
    },
    /// ffmpeg died, or could not be started. Nothing is sent any more, and never will be.
    Ended {
        /// One line for a person; holds no credentials of the source's address.
        reason: String,
    },
}

/// Whose fault an error is.
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
    /// How long the stream is behind real time: all the time lost since its first datagram and not
    /// made up for.
    pub behind: Duration,
}

/// Where the parts of a pipeline write what it tells.
#[derive(Debug)]
pub(crate) struct Board {
    status: watch::Sender<Status>,
    slow: watch::Sender<bool>,
    show: Mutex<Show>,
}

/// What the encoder is given, and whether any of it has been sent.
#[derive(Debug)]
struct Show {
    on_air: bool,
    shown: Status,
}

impl Board {
    pub(crate) fn new() -> (Self, watch::Receiver<Status>) {
        let (status, told) = watch::channel(Status::Starting);
        let show = Mutex::new(Show { on_air: false, shown: Status::Starting });
        (Self { status, slow: watch::channel(false).0, show }, told)
    }

    pub(crate) fn slowness(&self) -> watch::Receiver<bool> {
        self.slow.subscribe()
    }

    /// The encoder is given this.
    pub(crate) fn shows(&self, shown: Status) {
        self.change(|show| show.shown = shown);
    }

    /// The network has taken something.
    pub(crate) fn on_air(&self) {
        self.change(|show| show.on_air = true);
    }

    /// The stream does not keep up with real time, or does again.
    pub(crate) fn slow(&self, slow: bool) {
        self.slow.send_if_modified(|told| std::mem::replace(told, slow) != slow);
    }

    pub(crate) fn ended(&self, reason: String) {
        self.status.send_replace(Status::Ended { reason });
    }

    fn change(&self, change: impl FnOnce(&mut Show)) {
        let mut show = self.show.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut show);
        if show.on_air {
            self.status.send_if_modified(|told| {
                let news = *told != show.shown;
                if news {
                    told.clone_from(&show.shown);
                }
                news
            });
        }
    }
}

/// The counters while they count.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    datagrams: AtomicU64,
    bytes: AtomicU64,
    behind_micros: AtomicU64,
}

impl Tally {
    pub(crate) fn sent(&self, bytes: usize) {
        self.datagrams.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn behind(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.behind_micros.store(micros, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counters {
        Counters {
            datagrams: self.datagrams.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            behind: Duration::from_micros(self.behind_micros.load(Ordering::Relaxed)),
        }
    }
}

//! A pipeline's status and counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// A pipeline's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Reading the source; nothing sent yet.
    Starting,
    /// Sending the source.
    Playing,
    /// Sending black and silence in the same stream, because the source cannot be read. The
    /// pipeline retries the source until it can.
    Filling {
        /// One line for a person; holds no credentials of the source's address.
        reason: String,
    },
    /// ffmpeg died, or could not be started. The pipeline sends nothing more.
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
    /// How far the stream is behind real time: the time lost since its first datagram and not made
    /// up.
    pub behind: Duration,
}

/// Collects a pipeline's status from its parts.
#[derive(Debug)]
pub(crate) struct StatusReporter {
    status: watch::Sender<Status>,
    slow: watch::Sender<bool>,
    state: Mutex<State>,
}

/// What the encoder gets, and whether the network has taken any of it.
#[derive(Debug)]
struct State {
    on_air: bool,
    content: Status,
}

impl StatusReporter {
    pub(crate) fn new() -> (Self, watch::Receiver<Status>) {
        let (status, receiver) = watch::channel(Status::Starting);
        let state = Mutex::new(State { on_air: false, content: Status::Starting });
        (Self { status, slow: watch::channel(false).0, state }, receiver)
    }

    pub(crate) fn subscribe_slow(&self) -> watch::Receiver<bool> {
        self.slow.subscribe()
    }

    /// Reports what the encoder gets: the source or fill frames.
    pub(crate) fn set_content(&self, content: Status) {
        self.change(|state| state.content = content);
    }

    /// Reports that the network has taken the first datagram.
    pub(crate) fn on_air(&self) {
        self.change(|state| state.on_air = true);
    }

    /// Reports whether the stream is too slow for real time.
    pub(crate) fn slow(&self, slow: bool) {
        self.slow.send_if_modified(|current| std::mem::replace(current, slow) != slow);
    }

    pub(crate) fn ended(&self, reason: String) {
        self.status.send_replace(Status::Ended { reason });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        if state.on_air {
            self.status.send_if_modified(|current| {
                let news = *current != state.content;
                if news {
                    current.clone_from(&state.content);
                }
                news
            });
        }
    }
}

/// The counters, shared between the relay and readers.
#[derive(Debug, Default)]
pub(crate) struct AtomicCounters {
    datagrams: AtomicU64,
    bytes: AtomicU64,
    behind_micros: AtomicU64,
}

impl AtomicCounters {
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

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
    /// Sending what [`InputLoss`](crate::InputLoss) says, because the source cannot be played or
    /// has ended. The pipeline retries a source that it cannot play until it can.
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

/// What is wrong with a pipeline that plays. Each text is one line for a person, and holds no
/// credentials of the source's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// This machine is too slow for the job: set once the stream has lost a second, cleared when it
    /// has lost nothing for ten.
    pub slow: bool,
    /// Why there is silence instead of the source's sound.
    pub sound: Option<String>,
    /// Why a part of the source's picture is missing.
    pub picture: Option<String>,
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
    /// How often the source was played to its end.
    pub passes: u64,
}

/// Collects a pipeline's status from its parts.
#[derive(Debug)]
pub(crate) struct StatusReporter {
    status: watch::Sender<Status>,
    problems: watch::Sender<Problems>,
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
        (Self { status, problems: watch::Sender::default(), state }, receiver)
    }

    pub(crate) fn subscribe_problems(&self) -> watch::Receiver<Problems> {
        self.problems.subscribe()
    }

    /// Reports what the encoder gets: the source or fill frames.
    pub(crate) fn set_content(&self, content: Status) {
        self.change(|state| state.content = content);
    }

    /// Reports that the network has taken the first datagram.
    pub(crate) fn on_air(&self) {
        self.change(|state| state.on_air = true);
    }

    /// Reports what is wrong, if that has changed.
    pub(crate) fn problems(&self, change: impl FnOnce(&mut Problems)) {
        self.problems.send_if_modified(|current| {
            let before = current.clone();
            change(current);
            *current != before
        });
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
    passes: AtomicU64,
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

    pub(crate) fn pass_ended(&self) {
        self.passes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counters {
        Counters {
            datagrams: self.datagrams.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            behind: Duration::from_micros(self.behind_micros.load(Ordering::Relaxed)),
            passes: self.passes.load(Ordering::Relaxed),
        }
    }
}

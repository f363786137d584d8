//! The emulator as its users hold it: make one, serve it, listen to it, end it.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use crate::config::{Config, EncoderChoice};
use crate::faults::fault::{Fault, InvalidFault};
use crate::http;
use crate::model::states::{ChannelState, InputState};
use crate::operations;
use crate::playout::Ffmpeg;
use crate::service::Service;
use crate::service::calls::Call;
use crate::service::engine::Engine;
use crate::service::events::Event;

/// An emulated MediaLive in one region of one account. A clone is the same one.
#[derive(Clone, Debug)]
pub struct Emulator {
    service: Arc<Service>,
}

/// A channel or an input that is not DELETED.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the API")]
pub enum Remaining {
    /// A channel.
    Channel { id: String, state: ChannelState },
    /// An input.
    Input { id: String, state: InputState },
}

impl fmt::Display for Remaining {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel { id, state } => write!(formatter, "channel {id} ({state})"),
            Self::Input { id, state } => write!(formatter, "input {id} ({state})"),
        }
    }
}

impl Emulator {
    /// An emulator with nothing in it. Does nothing until the first request.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let engine: Option<Arc<dyn Engine>> = match config.encoder {
            EncoderChoice::Ffmpeg => Some(Arc::new(Ffmpeg)),
            EncoderChoice::None => None,
        };
        Self { service: Arc::new(Service::new(config, engine)) }
    }

    /// The API as a service, for a server of one's own or for calls without one. Needs a tokio
    /// runtime.
    pub fn router(&self) -> Router {
        http::router(Arc::clone(&self.service))
    }

    /// Answers requests until [`shutdown`](Self::shutdown).
    pub async fn serve(&self, listener: TcpListener) {
        http::serve(listener, self.router(), self.service.closing.clone()).await;
    }

    /// Lets something go wrong, once it is its turn.
    ///
    /// # Errors
    ///
    /// When the fault cannot happen: its operation is not emulated, its status is none of the
    /// API's, it counts from 0.
    pub fn inject(&self, fault: Fault) -> Result<(), InvalidFault> {
        fault.check()?;
        operations::check_fault(&fault)?;
        self.service.faults.inject(fault);
        Ok(())
    }

    /// Every event from now on, in the order of the states. A receiver 1024 events behind loses the
    /// oldest.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.service.events.subscribe()
    }

    /// Every API call so far, in the order of the answers.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.service.calls.history()
    }

    /// The channels, then the inputs, that are not DELETED.
    #[must_use]
    pub fn remaining(&self) -> Vec<Remaining> {
        let store = self.service.store();
        let channels = store.channels.values().filter(|it| it.state != ChannelState::Deleted);
        let inputs = store.inputs.values().filter(|it| it.state != InputState::Deleted);
        let channels = channels.map(|it| Remaining::Channel { id: it.id.clone(), state: it.state });
        let inputs = inputs.map(|it| Remaining::Input { id: it.id.clone(), state: it.state });
        channels.chain(inputs).collect()
    }

    /// True when every channel and every input is DELETED, or none was ever made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remaining().is_empty()
    }

    /// Ends all encoders and all that is under way, and returns when nothing is left of them.
    /// States stay as they are; nothing that is started afterwards gets anywhere.
    pub async fn shutdown(&self) {
        self.service.shutdown().await;
    }
}

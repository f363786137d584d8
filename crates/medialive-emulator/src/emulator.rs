//! The public handle: create, serve, observe and shut down an emulator.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use jiff::Timestamp;
use lilo_encoder::Tap;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use url::Url;

use crate::config::{Config, EncoderChoice};
use crate::faults::fault::{Fault, InvalidFault};
use crate::http;
use crate::model::channel::Channel;
use crate::model::states::{ChannelState, InputState};
use crate::operations;
use crate::playout::Ffmpeg;
use crate::service::Service;
use crate::service::calls::Call;
use crate::service::engine::Engine;
use crate::service::events::Event;
use crate::service::regions::Regions;
use crate::service::store::Store;

/// An emulated MediaLive in every region of every account. Clones share it.
#[derive(Clone, Debug)]
pub struct Emulator {
    regions: Arc<Regions>,
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
    /// An empty emulator. It is idle until the first request.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let engine: Option<Arc<dyn Engine>> = match config.encoder {
            EncoderChoice::Ffmpeg => Some(Arc::new(Ffmpeg)),
            EncoderChoice::None => None,
        };
        Self { regions: Arc::new(Regions::new(config, engine)) }
    }

    /// The API as a tower service, for another server or for calls without one. Needs a tokio
    /// runtime.
    pub fn router(&self) -> Router {
        http::router(Arc::clone(&self.regions))
    }

    /// Serves requests until [`shutdown`](Self::shutdown).
    pub async fn serve(&self, listener: TcpListener) {
        http::serve(listener, self.router(), self.regions.shared.closing.clone()).await;
    }

    /// Adds a fault, which happens when its turn comes.
    ///
    /// # Errors
    ///
    /// When the fault cannot happen: its operation is not emulated, its status is not in the API's
    /// model, or it counts from 0.
    pub fn inject(&self, fault: Fault) -> Result<(), InvalidFault> {
        fault.check()?;
        operations::check_fault(&fault)?;
        self.regions.shared.faults.inject(fault);
        Ok(())
    }

    /// The injected faults that have not happened yet.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.regions.shared.faults.pending()
    }

    /// Subscribes to events, in the order of state changes. A receiver 1024 events behind loses the
    /// oldest.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.regions.shared.events.subscribe()
    }

    /// The API calls so far, in order of the answers; of more than 100000, the newest.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.regions.shared.calls.history()
    }

    /// The API calls after the first `known`.
    #[must_use]
    pub fn calls_since(&self, known: usize) -> Vec<Call> {
        self.regions.shared.calls.since(known)
    }

    /// Every channel of the configured region and account that is not DELETED, as DescribeChannel
    /// shows it. It does not count as a call.
    #[must_use]
    pub fn channels(&self) -> Vec<Value> {
        let service = self.regions.of(&HeaderMap::new());
        let store = service.store();
        let channels = store.channels.values().filter(|it| it.state != ChannelState::Deleted);
        channels.map(Channel::describe).collect()
    }

    /// A channel's states so far, each with its beginning.
    #[must_use]
    pub fn history(&self, channel: &str) -> Vec<(Timestamp, ChannelState)> {
        self.of_channel(channel, |_, channel| Some(channel.history.clone())).unwrap_or_default()
    }

    /// The URLs of a channel's input, without secrets, one for each pipeline.
    #[must_use]
    pub fn sources(&self, channel: &str) -> Vec<String> {
        let sources = |store: &Store, channel: &Channel| {
            let attached = channel.settings.attachments.first()?;
            let sources = &store.inputs.get(&attached.input_id)?.sources;
            let urls = sources.iter().filter_map(|it| Url::parse(&it.url).ok());
            Some(urls.map(|url| lilo_encoder::without_secrets(&url)).collect())
        };
        self.of_channel(channel, sources).unwrap_or_default()
    }

    /// What a pipeline of a channel sends; `None` unless it plays.
    #[must_use]
    pub fn tap(&self, channel: &str, pipeline: usize) -> Option<Tap> {
        self.of_channel(channel, |_, channel| channel.run.as_ref()?.tap(pipeline))
    }

    /// A pipeline's current picture, a JPEG; `None` unless it plays.
    pub async fn picture(&self, channel: &str, pipeline: usize) -> Option<Vec<u8>> {
        let source = self
            .of_channel(channel, |_, channel| channel.run.as_ref()?.thumbnail_source(pipeline))?;
        source.take().await.map(|taken| taken.jpeg)
    }

    /// Looks at a channel in whichever region has it: ids are unique in an emulator.
    fn of_channel<T>(&self, id: &str, look: impl Fn(&Store, &Channel) -> Option<T>) -> Option<T> {
        self.regions.all().iter().find_map(|service| {
            let store = service.store();
            look(&store, store.channels.get(id)?)
        })
    }

    /// The channels, then the inputs, that are not DELETED, of one region after the other.
    #[must_use]
    pub fn remaining(&self) -> Vec<Remaining> {
        self.regions.all().iter().flat_map(|service| Self::remaining_in(service)).collect()
    }

    fn remaining_in(service: &Service) -> Vec<Remaining> {
        let store = service.store();
        let channels = store.channels.values().filter(|it| it.state != ChannelState::Deleted);
        let inputs = store.inputs.values().filter(|it| it.state != InputState::Deleted);
        let channels = channels.map(|it| Remaining::Channel { id: it.id.clone(), state: it.state });
        let inputs = inputs.map(|it| Remaining::Input { id: it.id.clone(), state: it.state });
        channels.chain(inputs).collect()
    }

    /// Whether every channel and input is DELETED, or none was ever created.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remaining().is_empty()
    }

    /// Stops all encoders and background tasks, and waits for them. States stay as they are;
    /// operations started afterwards never finish.
    pub async fn shutdown(&self) {
        self.regions.shared.shutdown().await;
    }
}

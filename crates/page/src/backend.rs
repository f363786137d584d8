//! Where the page gets everything from.

use std::pin::Pin;

use futures_util::future::BoxFuture;
use tokio::io::AsyncRead;

use crate::view::View;

/// Fragmented MP4.
pub type Stream = Pin<Box<dyn AsyncRead + Send>>;

/// The channels behind the page: those of this machine, or a loop on AWS.
pub trait Backend: Send + Sync + 'static {
    /// What there is now. The page asks twice a second while somebody looks at it.
    fn view(&self) -> BoxFuture<'_, View>;

    /// A pipeline's stream from now on; `None` unless it plays.
    fn stream(&self, channel: &str, pipeline: usize) -> Option<Stream>;

    /// A pipeline's current picture, a JPEG; `None` unless it plays.
    fn still<'a>(&'a self, channel: &'a str, pipeline: usize) -> BoxFuture<'a, Option<Vec<u8>>>;

    /// Does what a person asks for.
    fn act(&self, action: Action) -> BoxFuture<'_, Result<(), Refused>>;
}

/// Something that a person can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Start this channel.
    Start(String),
    /// Stop this channel.
    Stop(String),
    /// Send the event with this number once more.
    SendAgain(usize),
}

/// Why an action was not carried out, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

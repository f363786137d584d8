//! A check: one question to MediaLive, and the answer that the emulator gives.

use futures_util::future::LocalBoxFuture;

use crate::answer::Answer;
use crate::fixture::Fixture;
use crate::fixture::settings::ChannelRequest;

/// A question to MediaLive about a row of docs/fidelity.md that is a *choice*.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its name, by which a row of docs/fidelity.md refers to it.
    pub name: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// The emulator's answer, with its default settings.
    pub expected: &'static str,
    pub(crate) ask: Ask,
}

/// How a check asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    /// CreateChannel with a request that is changed like this, and has to be refused.
    Creation(fn(&mut ChannelRequest)),
    /// Any calls.
    Calls(for<'a> fn(&'a mut Fixture<'_>) -> LocalBoxFuture<'a, Answer>),
}

/// A row that the API cannot settle, by design.
#[derive(Clone, Copy, Debug)]
pub struct Exemption {
    /// Its name, by which a row of docs/fidelity.md refers to it.
    pub name: &'static str,
    /// Why no call of the API settles it.
    pub reason: &'static str,
}

//! Every check and every exemption, by the rows of docs/fidelity.md that name them.

mod deleted;
mod groups;
mod idle;
mod inputs;
mod refusals;
mod requests;
mod running;

use futures_util::future::LocalBoxFuture;

use crate::answer::Answer;
use crate::check::{Ask, Check, Exemption};
use crate::fixture::Fixture;

/// The checks, in an order in which the channel goes through its states once: what needs no channel
/// comes first, what needs deleted resources last.
pub static CHECKS: &[&[Check]] = &[
    &refusals::CHECKS,
    &inputs::CHECKS,
    &groups::CHECKS,
    &requests::CHECKS,
    &idle::CHECKS,
    &running::CHECKS,
    &deleted::CHECKS,
];

/// The rows that the API cannot settle.
pub static EXEMPT: [Exemption; 12] = [
    Exemption {
        name: "failed-states",
        reason: "only a failure inside MediaLive leads to these states; no request does",
    },
    Exemption {
        name: "length-of-states",
        reason: "a duration is no answer that agrees or differs; the report has those it measured",
    },
    Exemption {
        name: "first-packet",
        reason: "the API does not show when the stream begins; a receiver does",
    },
    Exemption {
        name: "events-per-pipeline",
        reason: "events arrive at EventBridge, which the API does not show",
    },
    Exemption {
        name: "destination-socket",
        reason: "no request makes MediaLive's own network refuse a socket",
    },
    Exemption {
        name: "missing-source",
        reason: "the API does not show what a stream without a source carries; a receiver does",
    },
    Exemption {
        name: "sound-not-playable",
        reason: "it needs a flawed file at a place that MediaLive can read",
    },
    Exemption {
        name: "picture-incomplete",
        reason: "it needs a flawed file at a place that MediaLive can read",
    },
    Exemption {
        name: "machine-too-slow",
        reason: "it is about this machine; MediaLive has enough of them",
    },
    Exemption {
        name: "maintenance-window",
        reason: "MediaLive chooses a day and an hour for each channel",
    },
    Exemption {
        name: "tag-conditions",
        reason: "it is about the functions' rights; `lilo conformance --target aws --deploy` tries them",
    },
    Exemption {
        name: "stream-defaults",
        reason: "MediaLive does not show what it chose for a setting that was left out; the stream does",
    },
];

type Calls = for<'a> fn(&'a mut Fixture<'_>) -> LocalBoxFuture<'a, Answer>;

/// A check that makes any calls.
const fn check(
    name: &'static str,
    asks: &'static str,
    expected: &'static str,
    calls: Calls,
) -> Check {
    Check { name, asks, expected, ask: Ask::Calls(calls) }
}

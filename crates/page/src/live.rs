//! The page's updates, as server-sent events.

use std::convert::Infallible;
use std::sync::Weak;
use std::time::Duration;

use axum::response::sse;
use futures_util::{Stream, stream};
use serde_json::json;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::backend::Backend;
use crate::fragments::Known;
use crate::render;

/// How often the page looks for changes.
const GAP: Duration = Duration::from_millis(500);

/// `changes`, whenever there are some, until the page ends. The first are all there is.
pub(crate) fn updates(
    backend: Weak<dyn Backend>,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let mut ticks = interval(GAP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    stream::unfold((backend, Known::default(), ticks), next)
}

type State = (Weak<dyn Backend>, Known, Interval);

async fn next(
    (backend, mut known, mut ticks): State,
) -> Option<(Result<sse::Event, Infallible>, State)> {
    let changes = loop {
        ticks.tick().await;
        let view = backend.upgrade()?.view().await;
        let changes = known.changes(render::all(&view));
        if !changes.is_empty() {
            break changes;
        }
    };
    let event = sse::Event::default().event("changes").data(json!(changes).to_string());
    Some((Ok(event), (backend, known, ticks)))
}

//! The page's updates, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse;
use futures_util::{Stream, stream};
use jiff::Timestamp;
use serde_json::json;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::fragments::{self, Known};
use crate::source::Source;

/// How often the page looks for changes.
const GAP: Duration = Duration::from_millis(500);

/// First `run`, so that a page of an earlier run reloads itself; then `changes`, whenever there are
/// some.
pub(crate) fn updates(
    source: Arc<dyn Source>,
    run: String,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let mut ticks = interval(GAP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    stream::unfold((source, Some(run), Known::default(), ticks), next)
}

type State = (Arc<dyn Source>, Option<String>, Known, Interval);

async fn next(
    (source, run, mut known, mut ticks): State,
) -> Option<(Result<sse::Event, Infallible>, State)> {
    if let Some(run) = run {
        let event = sse::Event::default().event("run").data(run);
        return Some((Ok(event), (source, None, known, ticks)));
    }
    let changes = loop {
        ticks.tick().await;
        let view = source.view().await;
        let changes = known.changes(fragments::all(&view, Timestamp::now()));
        if !changes.is_empty() {
            break changes;
        }
    };
    let event = sse::Event::default().event("changes").data(json!(changes).to_string());
    Some((Ok(event), (source, None, known, ticks)))
}

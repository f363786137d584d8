//! `ListInputs`, `ListChannels` and `ListAlerts`, page by page.
//!
//! DELETED resources are listed too. It is not published whether MediaLive lists them, and clients
//! filter them out of real answers; a client that copes here copes with either.
//!
//! MediaLive's page sizes and tokens are not published. Here everything is on one page without
//! `maxResults`, and a token is the last id on its page.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::error::Error;
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn inputs(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    page(request, "inputs", store.inputs.values().map(|it| (it.id.as_str(), it.describe())))
}

pub(super) fn channels(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    page(request, "channels", store.channels.values().map(|it| (it.id.as_str(), it.summary())))
}

/// A channel's current and past alerts.
pub(super) fn alerts(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let channel = store.channels.get(&request.target).ok_or(Error::AlertedChannelNotFound)?;
    let wanted = request.query("stateFilter");
    let alerts = channel.alerts.iter().map(|it| (it.id.as_str(), it.describe()));
    page(
        request,
        "alerts",
        alerts.filter(|(_, it)| wanted.is_none_or(|state| it["state"] == state)),
    )
}

/// The requested page.
pub(super) fn page<'a>(
    request: &Request,
    name: &str,
    items: impl Iterator<Item = (&'a str, Value)>,
) -> Result<Reply, Error> {
    let malformed = |reason: &str| Error::Malformed { reason: reason.to_owned() };
    let most = request.query("maxResults").map_or(Ok(usize::MAX), str::parse).unwrap_or(0);
    if most == 0 {
        return Err(malformed("maxResults: it must be a number from 1"));
    }
    let items = items.collect::<Vec<_>>();
    let first = match request.query("nextToken") {
        None => 0,
        Some(token) => {
            let last = items.iter().position(|(id, _)| *id == token);
            last.ok_or_else(|| malformed("nextToken: it is not from an earlier page"))? + 1
        }
    };
    let rest = &items[first..];
    let shown = &rest[..most.min(rest.len())];
    let mut body = json!({ name: shown.iter().map(|(_, it)| it).collect::<Vec<_>>() });
    if let Some((id, _)) = shown.last().filter(|_| shown.len() < rest.len()) {
        body["nextToken"] = json!(id);
    }
    Ok(Reply::ok(body))
}

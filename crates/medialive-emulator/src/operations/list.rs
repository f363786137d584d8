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
    page(request, "inputs", store.inputs.values().map(|it| (it.id.as_str(), move || it.describe())))
}

pub(super) fn channels(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    page(
        request,
        "channels",
        store.channels.values().map(|it| (it.id.as_str(), move || it.summary())),
    )
}

/// A channel's current and past alerts.
pub(super) fn alerts(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let channel = store.channels.get(&request.target).ok_or(Error::AlertedChannelNotFound)?;
    let wanted = request.query("stateFilter");
    let alerts = channel.alerts.iter().map(|it| (it.id.as_str(), it.describe()));
    let alerts = alerts.filter(|(_, it)| wanted.is_none_or(|state| it["state"] == state));
    page(request, "alerts", alerts.map(|(id, it)| (id, move || it)))
}

/// The requested page. Only its items are described: a large account has many pages.
pub(super) fn page<'a>(
    request: &Request,
    name: &str,
    items: impl Iterator<Item = (&'a str, impl FnOnce() -> Value)>,
) -> Result<Reply, Error> {
    let malformed = |reason: &str| Error::Malformed { reason: reason.to_owned() };
    let most = request.query("maxResults").map_or(Ok(usize::MAX), str::parse).unwrap_or(0);
    if most == 0 {
        return Err(malformed("maxResults: it must be a number from 1"));
    }
    let mut items = items.peekable();
    if let Some(token) = request.query("nextToken")
        && !items.any(|(id, _)| id == token)
    {
        return Err(malformed("nextToken: it is not from an earlier page"));
    }
    let (mut shown, mut last) = (Vec::new(), None);
    for (id, describe) in items.by_ref().take(most) {
        shown.push(describe());
        last = Some(id);
    }
    let mut body = json!({ name: shown });
    if let Some(id) = last.filter(|_| items.peek().is_some()) {
        body["nextToken"] = json!(id);
    }
    Ok(Reply::ok(body))
}

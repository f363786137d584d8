//! `ListAlerts`: what is and was wrong with a channel.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::alert::Alert;
use crate::error::Error;
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let channel = store.channels.get(&request.target).ok_or(Error::AlertedChannelNotFound)?;
    let wanted = request.query("stateFilter");
    let shown = channel.alerts.iter().map(Alert::describe);
    let shown = shown.filter(|it| wanted.is_none_or(|wanted| it["state"] == wanted));
    Ok(Reply::ok(json!({ "alerts": shown.collect::<Value>() })))
}

//! `UpdateChannelClass`: changes the number of pipelines and their destinations. The channel is
//! UPDATING for a while, then IDLE.

use std::sync::Arc;

use serde_json::json;

use super::update_channel::{Revision, begin_update};
use crate::error::Error;
use crate::model::states::{ChannelTrigger, Conflict};
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let id = &request.target;
    let channel = store.channels.get(id).ok_or(Error::ReclassedChannelNotFound)?;
    if request.body.get("channelClass").is_none() {
        return Err(Error::Malformed { reason: "channelClass: it is required".to_owned() });
    }
    channel.state.after(ChannelTrigger::Update).map_err(|Conflict| Error::ClassUnable)?;
    let mut document = channel.document.clone();
    document.extend(request.members(&["channelClass", "destinations"]));
    let revision = Revision::of(&store, id, document, Error::ClassUnable)?;
    let channel = revision.apply(&mut store, id);
    begin_update(service, channel, request);
    Ok(Reply::ok(json!({ "channel": channel.describe() })))
}

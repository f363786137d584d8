//! `StartChannel`: refused unless the channel is IDLE.

use std::sync::Arc;

use crate::error::Error;
use crate::model::states::{ChannelTrigger, Conflict};
use crate::playout::pipeline;
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let missing = Error::ChannelNotFound { verb: "start" };
    let channel = store.channels.get_mut(&request.target).ok_or(missing)?;
    channel
        .apply(ChannelTrigger::Start)
        .map_err(|Conflict| Error::ChannelUnable { verb: "start" })?;
    let duration = request.state_duration(service.config.pace.channel_start);
    pipeline::start(service, &mut store, &request.target, duration);
    Ok(Reply::ok(store.channels[&request.target].describe()))
}

//! `StopChannel`: refused unless the channel is STARTING, RUNNING or RECOVERING.

use std::sync::Arc;

use super::delete_channel;
use crate::error::Error;
use crate::model::states::{ChannelState, ChannelTrigger, Conflict};
use crate::playout::pipeline;
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let missing = Error::ChannelNotFound { verb: "stop" };
    let channel = store.channels.get_mut(&request.target).ok_or(missing)?;
    let idle = channel.state == ChannelState::Idle;
    if idle && service.config.choices.idle_channels_may_be_stopped {
        return Ok(Reply::ok(channel.describe()));
    }
    channel
        .apply(ChannelTrigger::Stop)
        .map_err(|Conflict| Error::ChannelUnable { verb: "stop" })?;
    let duration = request.state_duration(service.config.pace.channel_stop);
    pipeline::stop(service, channel, duration, delete_channel::begin_if_wanted);
    Ok(Reply::ok(channel.describe()))
}

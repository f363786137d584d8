//! `DeleteChannel`: refused unless the channel is at rest, or, with `--delete-while-stopping`,
//! STOPPING. Its inputs become free only once it is DELETED.

use std::sync::Arc;

use crate::error::Error;
use crate::model::channel::Channel;
use crate::model::states::ReportedState;
use crate::model::states::{ChannelState, ChannelTrigger, Conflict};
use crate::pace::StateDuration;
use crate::request::{Reply, Request};
use crate::service::Service;
use crate::service::store::Store;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let missing = Error::ChannelNotFound { verb: "delete" };
    let channel = store.channels.get_mut(&request.target).ok_or(missing)?;
    let duration = request.state_duration(service.config.pace.channel_delete);
    let may_wait = service.config.choices.stopping_channels_may_be_deleted;
    if channel.state == ChannelState::Stopping && may_wait {
        channel.delete_when_stopped = Some(duration);
    } else {
        begin(service, channel, duration).map_err(|Conflict| refusal(channel.state))?;
    }
    Ok(Reply::ok(channel.describe()))
}

/// Begins the deletion that was asked for while the channel was STOPPING.
pub(super) fn begin_if_wanted(service: &Arc<Service>, channel: &mut Channel) {
    if let Some(duration) = channel.delete_when_stopped.take() {
        begin(service, channel, duration).expect("a channel that has stopped is IDLE");
    }
}

fn begin(
    service: &Arc<Service>,
    channel: &mut Channel,
    duration: StateDuration,
) -> Result<(), Conflict> {
    let before = channel.state;
    if channel.apply(ChannelTrigger::Delete)? != before {
        let id = channel.id.clone();
        service.after(duration, move |service, store| finish_delete(service, store, &id));
    }
    Ok(())
}

fn finish_delete(service: &Service, store: &mut Store, id: &str) {
    let Some(channel) = store.channels.get_mut(id) else { return };
    channel.apply(ChannelTrigger::Deleted).expect("nothing but time ends DELETING");
    service.send_state_event(channel, ReportedState::Deleted, None);
    store.attach(&[], id);
}

fn refusal(state: ChannelState) -> Error {
    match state {
        ChannelState::Starting
        | ChannelState::Running
        | ChannelState::Recovering
        | ChannelState::Stopping => Error::ChannelNotStopped,
        ChannelState::Creating
        | ChannelState::CreateFailed
        | ChannelState::Idle
        | ChannelState::Deleting
        | ChannelState::Deleted
        | ChannelState::Updating
        | ChannelState::UpdateFailed => Error::ChannelUnable { verb: "delete" },
    }
}

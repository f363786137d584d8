//! `DeleteChannel`: refused unless the channel is at rest. Its inputs become free only once it is
//! DELETED.

use std::sync::Arc;

use crate::error::Error;
use crate::model::states::ReportedState;
use crate::model::states::{ChannelState, ChannelTrigger, Conflict};
use crate::request::{Reply, Request};
use crate::service::Service;
use crate::service::store::Store;

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let missing = Error::ChannelNotFound { verb: "delete" };
    let channel = store.channels.get_mut(&request.target).ok_or(missing)?;
    let before = channel.state;
    let after = channel.apply(ChannelTrigger::Delete).map_err(|Conflict| refusal(channel.state))?;
    if after != before {
        let id = channel.id.clone();
        service.after(
            request.state_duration(service.config.pace.channel_delete),
            move |service, store| {
                finish_delete(service, store, &id);
            },
        );
    }
    Ok(Reply::ok(channel.describe()))
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

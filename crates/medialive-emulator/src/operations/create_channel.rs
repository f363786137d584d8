//! `CreateChannel`: a channel that is IDLE after a while, and holds its inputs from the start.

use std::sync::Arc;

use serde_json::json;

use crate::arn::{Kind, arn};
use crate::channel::{Channel, ChannelClass};
use crate::error::Error;
use crate::events::ReportedState;
use crate::request::{Reply, Request};
use crate::service::Service;
use crate::states::{ChannelState, ChannelTrigger, InputTrigger};
use crate::store::Store;
use crate::validation;

const NAME: &str = "CreateChannel";

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let earlier = store.made_by(NAME, request.id()).and_then(|id| store.channels.get(id));
    if let Some(channel) = earlier {
        return Ok(reply(channel));
    }
    let channel = accept(service, &mut store, request)?;
    let (id, reply) = (channel.id.clone(), reply(&channel));
    store.channels.insert(id.clone(), channel);
    service.after(service.config.pace.channel_create, move |service, store| {
        if let Some(channel) = store.channels.get_mut(&id) {
            channel.apply(ChannelTrigger::Created).expect("nothing but time ends CREATING");
            service.tell(channel, ReportedState::Created, None);
        }
    });
    Ok(reply)
}

/// Checks everything before it changes anything.
fn accept(service: &Service, store: &mut Store, request: &Request) -> Result<Channel, Error> {
    let class = request.member::<ChannelClass>("channelClass")?.unwrap_or_default();
    let attachments = request.member::<Vec<_>>("inputAttachments")?.unwrap_or_default();
    let destinations = request.member::<Vec<_>>("destinations")?.unwrap_or_default();
    let tags = request.tags()?;
    validation::check(class, &destinations, &attachments, &store.inputs)?;
    validation::check_free(&attachments, &store.inputs)?;
    let id = store.assign_id(NAME, request.id());
    for attachment in &attachments {
        let input = store.inputs.get_mut(&attachment.input_id).expect("the input was found");
        // The same input twice in one channel finds it attached the second time, to the same channel.
        if input.apply(InputTrigger::Attach).is_ok() {
            input.attached_to = Some(id.clone());
        }
    }
    Ok(Channel {
        arn: arn(&service.config, Kind::Channel, &id),
        class,
        state: ChannelState::Creating,
        tags,
        attachments,
        destinations,
        document: request.document(&["dryRun", "reserved"]),
        running: [].into(),
        run: None,
        id,
    })
}

fn reply(channel: &Channel) -> Reply {
    Reply::created(&channel.id, json!({ "channel": channel.describe() }))
}

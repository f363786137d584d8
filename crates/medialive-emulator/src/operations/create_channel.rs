//! `CreateChannel`: a channel that is IDLE after a while, and holds its inputs from the start.

use std::sync::Arc;

use serde_json::json;

use crate::alert::Alerts;
use crate::arn::{Kind, arn};
use crate::channel::{Channel, Settings};
use crate::error::Error;
use crate::events::ReportedState;
use crate::request::{Reply, Request};
use crate::service::Service;
use crate::states::{ChannelState, ChannelTrigger};
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
    service.after(request.lasts(service.config.pace.channel_create), move |service, store| {
        if let Some(channel) = store.channels.get_mut(&id) {
            channel.apply(ChannelTrigger::Created).expect("nothing but time ends CREATING");
            service.tell(channel, ReportedState::Created, None);
        }
    });
    Ok(reply)
}

/// Checks everything before it changes anything.
fn accept(service: &Service, store: &mut Store, request: &Request) -> Result<Channel, Error> {
    request.refuse_dry_run()?;
    let document = request.document(&["dryRun", "reserved"]);
    let settings = Settings::read(&document)?;
    let tags = request.tags()?;
    validation::check(&settings, &document, &store.inputs)?;
    validation::check_free(&settings, &store.inputs, None)
        .map_err(|it| it.refusal(Error::ChannelUnable { verb: "create" }))?;
    let id = store.assign_id(NAME, request.id());
    store.attach(&settings.attachments, &id);
    Ok(Channel {
        arn: arn(&service.config, Kind::Channel, &id),
        state: ChannelState::Creating,
        tags,
        document,
        settings,
        alerts: Alerts::default(),
        running: [].into(),
        run: None,
        id,
    })
}

fn reply(channel: &Channel) -> Reply {
    Reply::created(&channel.id, json!({ "channel": channel.describe() }))
}

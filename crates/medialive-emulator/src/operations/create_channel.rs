//! `CreateChannel`: a channel that is IDLE after a while, and holds its inputs from the start.

use std::sync::Arc;

use serde_json::json;

use crate::error::Error;
use crate::model::alert::Alerts;
use crate::model::arn::{Kind, arn};
use crate::model::channel::{Channel, Settings};
use crate::model::states::ReportedState;
use crate::model::states::{ChannelState, ChannelTrigger};
use crate::request::{Reply, Request};
use crate::service::Service;
use crate::service::store::Store;
use crate::validation;

const NAME: &str = "CreateChannel";

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    if request.is_dry_run()? {
        return draft(&store, request).map(|channel| rehearsed(&channel));
    }
    let earlier = store.made_by(NAME, request.id()).and_then(|id| store.channels.get(id));
    if let Some(channel) = earlier {
        return Ok(reply(channel));
    }
    let mut channel = draft(&store, request)?;
    let id = store.assign_id(NAME, request.id());
    store.attach(&channel.settings.attachments, &id);
    (channel.arn, channel.id) = (arn(&service.config, Kind::Channel, &id), id.clone());
    let reply = reply(&channel);
    store.channels.insert(id.clone(), channel);
    let (lasts, fails) = (request.lasts(service.config.pace.channel_create), request.fails);
    service.after(lasts, move |service, store| {
        let Some(channel) = store.channels.get_mut(&id) else { return };
        let trigger = if fails { ChannelTrigger::Failed } else { ChannelTrigger::Created };
        channel.apply(trigger).expect("nothing but time ends CREATING");
        if !fails {
            service.tell(channel, ReportedState::Created, None);
        }
    });
    Ok(reply)
}

/// The channel that a request is for, still without a name of its own, unless MediaLive would
/// refuse it.
fn draft(store: &Store, request: &Request) -> Result<Channel, Error> {
    let document = request.document(&["dryRun", "reserved"]);
    let settings = Settings::read(&document)?;
    let tags = request.tags()?;
    validation::check(&settings, &document, &store.inputs)?;
    validation::check_free(&settings, &store.inputs, None)
        .map_err(|it| it.refusal(Error::ChannelUnable { verb: "create" }))?;
    Ok(Channel {
        arn: String::new(),
        id: String::new(),
        state: ChannelState::Creating,
        tags,
        document,
        settings,
        alerts: Alerts::default(),
        running: [].into(),
        run: None,
    })
}

fn reply(channel: &Channel) -> Reply {
    Reply::created(&channel.id, json!({ "channel": channel.describe() }))
}

/// How MediaLive answers a dry run is not published. Here it is the answer to the call itself,
/// without what only a channel that is made has.
fn rehearsed(channel: &Channel) -> Reply {
    let mut shown = channel.describe();
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, _| !["arn", "id", "state"].contains(&name.as_str()));
    }
    Reply { made: None, ..Reply::created("", json!({ "channel": shown })) }
}

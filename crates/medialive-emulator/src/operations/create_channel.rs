//! `CreateChannel`: the channel becomes IDLE after a while, and has its inputs at once.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use crate::error::Error;
use crate::model::alert::Alerts;
use crate::model::arn::{ResourceType, arn};
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
        return draft(&store, request).map(|channel| dry_run_reply(&channel));
    }
    let earlier = store.created_by(NAME, request.id()).and_then(|id| store.channels.get(id));
    if let Some(channel) = earlier {
        return Ok(reply(channel));
    }
    let mut channel = draft(&store, request)?;
    let id = store.assign_id(NAME, request.id());
    store.attach(&channel.settings.attachments, &id);
    (channel.arn, channel.id) = (arn(&service.config, ResourceType::Channel, &id), id.clone());
    let reply = reply(&channel);
    store.channels.insert(id.clone(), channel);
    let (duration, fails) =
        (request.state_duration(service.config.pace.channel_create), request.fails);
    service.after(duration, move |service, store| {
        let Some(channel) = store.channels.get_mut(&id) else { return };
        let trigger = if fails { ChannelTrigger::Failed } else { ChannelTrigger::Created };
        channel.apply(trigger).expect("nothing but time ends CREATING");
        if !fails {
            service.send_state_event(channel, ReportedState::Created, None);
        }
    });
    Ok(reply)
}

/// The requested channel without id and ARN, unless MediaLive would refuse it.
fn draft(store: &Store, request: &Request) -> Result<Channel, Error> {
    let document = request.document(&["dryRun", "reserved"]);
    let settings = Settings::read(&document)?;
    let tags = request.tags()?;
    validation::check(&settings, &document, &store.inputs)?;
    validation::check_available(&settings, &store.inputs, None)
        .map_err(|it| it.refusal(Error::ChannelUnable { verb: "create" }))?;
    Ok(Channel {
        arn: String::new(),
        id: String::new(),
        state: ChannelState::Creating,
        history: vec![(Timestamp::now(), ChannelState::Creating)],
        tags,
        document,
        settings,
        alerts: Alerts::default(),
        running: [].into(),
        delete_when_stopped: None,
        run: None,
    })
}

fn reply(channel: &Channel) -> Reply {
    Reply::created(&channel.id, json!({ "channel": channel.describe() }))
}

/// MediaLive's answer to a dry run is not published. Here it is the call's answer without id, ARN
/// and state.
fn dry_run_reply(channel: &Channel) -> Reply {
    let mut shown = channel.describe();
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, _| !["arn", "id", "state"].contains(&name.as_str()));
    }
    Reply { created_id: None, ..Reply::created("", json!({ "channel": shown })) }
}

//! `UpdateChannel`: other settings, other inputs, for a channel that is IDLE. A member that is left
//! out stays as it is, but for the role.

use std::mem;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::model::channel::{Channel, Settings};
use crate::model::states::{ChannelTrigger, Conflict};
use crate::request::{Reply, Request};
use crate::service::Service;
use crate::service::store::Store;
use crate::validation;

/// The class has an operation of its own; tags too, and the VPC is for ever.
const MEMBERS: [&str; 13] = [
    "anywhereSettings",
    "cdiInputSpecification",
    "channelEngineVersion",
    "channelSecurityGroups",
    "destinations",
    "encoderSettings",
    "inferenceSettings",
    "inputAttachments",
    "inputSpecification",
    "linkedChannelSettings",
    "logLevel",
    "maintenance",
    "name",
];

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let dry = request.is_dry_run()?;
    let mut store = service.store();
    let (id, unable) = (&request.target, || Error::ChannelUnable { verb: "update" });
    // The API's model lists no such answer for this operation; its text follows the others'.
    let channel = store.channels.get(id).ok_or(Error::ChannelNotFound { verb: "update" })?;
    let choices = &service.config.choices;
    if !(dry && choices.dry_runs_in_any_state) {
        channel.state.after(ChannelTrigger::Update).map_err(|Conflict| unable())?;
    }
    let mut document = channel.document.clone();
    // "If you do not specify this on an update call but the role was previously set that role will
    // be removed."
    document.remove("roleArn");
    document.extend(request.members(&MEMBERS).chain(request.members(&["roleArn"])));
    let mut revision = Revision::of(&store, id, document, unable())?;
    if dry {
        let channel = store.channels.get_mut(id).expect("the channel was found");
        revision.swap(channel);
        let shown = channel.describe();
        revision.swap(channel);
        return Ok(Reply::ok(json!({ "channel": shown })));
    }
    let channel = revision.apply(&mut store, id);
    if choices.update_is_shown || request.fails {
        begin(service, channel, request);
    }
    Ok(Reply::ok(json!({ "channel": channel.describe() })))
}

/// Another document for a channel, with what is read of it.
pub(super) struct Revision {
    document: Map<String, Value>,
    settings: Settings,
}

impl Revision {
    /// A revision of a channel that was found, unless MediaLive would refuse it.
    pub(super) fn of(
        store: &Store,
        id: &str,
        document: Map<String, Value>,
        unable: Error,
    ) -> Result<Self, Error> {
        let settings = Settings::read(&document)?;
        validation::check(&settings, &document, &store.inputs)?;
        validation::check_free(&settings, &store.inputs, Some(id))
            .map_err(|it| it.refusal(unable))?;
        Ok(Self { document, settings })
    }

    /// Gives it to the channel, and the channel the inputs that are in it.
    pub(super) fn apply<'a>(mut self, store: &'a mut Store, id: &str) -> &'a mut Channel {
        store.attach(&self.settings.attachments, id);
        let channel = store.channels.get_mut(id).expect("the channel was found");
        self.swap(channel);
        channel
    }

    fn swap(&mut self, channel: &mut Channel) {
        mem::swap(&mut self.document, &mut channel.document);
        mem::swap(&mut self.settings, &mut channel.settings);
    }
}

/// Lets a channel be UPDATING for its time. Nothing is told of it (user guide, "States for
/// channels").
pub(super) fn begin(service: &Arc<Service>, channel: &mut Channel, request: &Request) {
    channel.apply(ChannelTrigger::Update).expect("the channel was found to be IDLE");
    let id = channel.id.clone();
    let trigger = if request.fails { ChannelTrigger::Failed } else { ChannelTrigger::Updated };
    service.after(request.lasts(service.config.pace.channel_update), move |_, store| {
        if let Some(channel) = store.channels.get_mut(&id) {
            channel.apply(trigger).expect("nothing but time ends UPDATING");
        }
    });
}

//! `UpdateChannel`: changes the settings and inputs of an IDLE channel. Missing members stay as
//! they are, except the role.

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

/// Excludes the class and the tags, which have their own operations, and the VPC, which cannot
/// change.
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
    // The API's model lists no 404 for this operation; the text follows the others'.
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
        begin_update(service, channel, request);
    }
    Ok(Reply::ok(json!({ "channel": channel.describe() })))
}

/// A new document for a channel, and its parsed part.
pub(super) struct Revision {
    document: Map<String, Value>,
    settings: Settings,
}

impl Revision {
    /// A revision of an existing channel, unless MediaLive would refuse it.
    pub(super) fn of(
        store: &Store,
        id: &str,
        document: Map<String, Value>,
        unable: Error,
    ) -> Result<Self, Error> {
        let settings = Settings::read(&document)?;
        validation::check(&settings, &document, &store.inputs)?;
        validation::check_available(&settings, &store.inputs, Some(id))
            .map_err(|it| it.refusal(unable))?;
        Ok(Self { document, settings })
    }

    /// Applies the revision and attaches its inputs.
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

/// Makes a channel UPDATING for a while, without an event (user guide, "States for channels").
pub(super) fn begin_update(service: &Arc<Service>, channel: &mut Channel, request: &Request) {
    channel.apply(ChannelTrigger::Update).expect("the channel was found to be IDLE");
    let id = channel.id.clone();
    let trigger = if request.fails { ChannelTrigger::Failed } else { ChannelTrigger::Updated };
    service.after(request.state_duration(service.config.pace.channel_update), move |_, store| {
        if let Some(channel) = store.channels.get_mut(&id) {
            channel.apply(trigger).expect("nothing but time ends UPDATING");
        }
    });
}

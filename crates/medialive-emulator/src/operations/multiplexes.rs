//! Multiplexes: created, started, stopped and deleted, without programs and without an output.

use std::sync::Arc;

use serde_json::{Value, json};

use super::list::page;
use super::plain::{self, Step, Texts};
use crate::error::Error;
use crate::request::{Reply, Request};
use crate::resource::Multiplex;
use crate::service::Service;
use crate::states::{ChannelState, ChannelTrigger};
use crate::validation;

const CREATE: &str = "CreateMultiplex";

pub(super) fn create(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let earlier = plain::made::<Multiplex>(&mut store, CREATE, request);
    let (id, shown) = if let Some(earlier) = earlier {
        earlier
    } else {
        let document = request.document(&[]);
        validation::check_multiplex(&document)?;
        let state = ChannelState::Creating;
        let of = (CREATE, None);
        let (id, shown) =
            plain::create::<Multiplex>(service, &mut store, request, of, document, state)?;
        let (begins, ends) = (ChannelTrigger::Created, ChannelTrigger::Created);
        let step = Step { begins, ends, takes: service.config.pace.channel_create };
        plain::end_later::<Multiplex>(service, &mut store, request, &id, step);
        (id, shown)
    };
    Ok(Reply::created(&id, json!({ "multiplex": shown })))
}

pub(super) fn describe(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let missing =
        "The multiplex that you are trying to describe doesn’t exist. Check the ID and try again.";
    plain::describe::<Multiplex>(service, request, missing)
}

/// Without destinations, and of the settings with the bitrate alone.
pub(super) fn list(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let summary = |mut shown: Value| {
        let bitrate = shown["multiplexSettings"]["transportStreamBitrate"].take();
        shown["multiplexSettings"] = json!({ "transportStreamBitrate": bitrate });
        shown.as_object_mut().map(|fields| fields.remove("destinations"));
        shown
    };
    let store = service.store();
    let items = store.multiplexes.values().map(|it| (it.id.as_str(), summary(it.describe())));
    page(request, "multiplexes", items)
}

pub(super) fn start(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let (begins, ends) = (ChannelTrigger::Start, ChannelTrigger::Playing);
    let step = Step { begins, ends, takes: service.config.pace.channel_start };
    let texts = Texts {
        missing: "The multiplex that you are trying to start doesn’t exist. Check the ID and try again.",
        unable: "The multiplex is unable to start due to an issue with multiplex resources.",
    };
    turn(service, request, step, texts)
}

pub(super) fn stop(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let (begins, ends) = (ChannelTrigger::Stop, ChannelTrigger::Stopped);
    let step = Step { begins, ends, takes: service.config.pace.channel_stop };
    let texts = Texts {
        missing: "The multiplex that you are trying to stop doesn’t exist. Check the ID and try again.",
        unable: "The multiplex is unable to stop due to an issue with multiplex resources.",
    };
    turn(service, request, step, texts)
}

pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let (begins, ends) = (ChannelTrigger::Delete, ChannelTrigger::Deleted);
    let step = Step { begins, ends, takes: service.config.pace.channel_delete };
    let texts = Texts {
        missing: "The multiplex that you are trying to delete doesn’t exist. Check the ID and try again.",
        unable: "The multiplex is unable to delete due to an issue with multiplex resources.",
    };
    turn(service, request, step, texts)
}

fn turn(
    service: &Arc<Service>,
    request: &Request,
    step: Step<ChannelTrigger>,
    texts: Texts,
) -> Result<Reply, Error> {
    let shown = plain::turn::<Multiplex>(service, &mut service.store(), request, step, texts)?;
    Ok(Reply::accepted(shown))
}

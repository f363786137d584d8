//! Signal maps and their monitors. Nothing is looked for and nothing is deployed: they only come to their states.
//!
//! Found by id alone; MediaLive takes a name as well. The API's model has no texts for what is refused.

use std::sync::Arc;

use super::plain::{self, Step, Texts};
use crate::error::Error;
use crate::request::{Reply, Request, member};
use crate::resource::SignalMap;
use crate::service::Service;
use crate::states::{SignalMapState, SignalMapTrigger};
use crate::store::Store;
use crate::validation;

const CREATE: &str = "CreateSignalMap";
const TEXTS: Texts = Texts {
    missing: "The signal map does not exist.",
    unable: "The signal map is being changed already.",
};

pub(super) fn create(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    if let Some((id, shown)) = plain::made::<SignalMap>(&mut store, CREATE, request) {
        return Ok(Reply::created(&id, shown));
    }
    let document = request.document(&[]);
    validation::check_signal_map(&document)?;
    let (of, state) = ((CREATE, None), SignalMapState::NEW);
    let (id, shown) =
        plain::create::<SignalMap>(service, &mut store, request, of, document, state)?;
    let (begins, ends) = (SignalMapTrigger::Created, SignalMapTrigger::Created);
    let step = Step { begins, ends, takes: service.config.pace.channel_create };
    plain::end_later::<SignalMap>(service, &mut store, request, &id, step);
    Ok(Reply::created(&id, shown))
}

pub(super) fn get(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    plain::describe::<SignalMap>(service, request, TEXTS.missing)
}

pub(super) fn update(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    turn(service, &mut store, request, SignalMapTrigger::Update, SignalMapTrigger::Updated)?;
    let map = plain::find::<SignalMap>(&mut store, request, TEXTS.missing)?;
    map.document.extend(request.members(&["description", "discoveryEntryPointArn", "name"]));
    Ok(Reply::accepted(map.describe()))
}

pub(super) fn deploy(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let dry = member(&request.body, "dryRun")?.unwrap_or(false);
    let begins = if dry { SignalMapTrigger::DeployDry } else { SignalMapTrigger::Deploy };
    turn(service, &mut service.store(), request, begins, SignalMapTrigger::Deployed)
}

pub(super) fn undeploy(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let (begins, ends) = (SignalMapTrigger::Undeploy, SignalMapTrigger::Deployed);
    turn(service, &mut service.store(), request, begins, ends)
}

/// Nothing stays of it: there is no state for what was deleted.
pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    let map = plain::find::<SignalMap>(&mut store, request, TEXTS.missing)?;
    if map.state.is_busy() {
        return Err(Error::Unable { text: TEXTS.unable });
    }
    store.signal_maps.remove(&request.target);
    Ok(Reply::no_content())
}

fn turn(
    service: &Arc<Service>,
    store: &mut Store,
    request: &Request,
    begins: SignalMapTrigger,
    ends: SignalMapTrigger,
) -> Result<Reply, Error> {
    let step = Step { begins, ends, takes: service.config.pace.channel_update };
    plain::turn::<SignalMap>(service, store, request, step, TEXTS).map(Reply::accepted)
}

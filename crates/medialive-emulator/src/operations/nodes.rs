//! Nodes of a cluster. There is no machine behind one: it is ACTIVE after a while by itself.

use std::sync::Arc;

use serde_json::json;

use super::clusters;
use super::list::page;
use super::plain::{self, Step, Texts};
use crate::error::Error;
use crate::request::{Reply, Request};
use crate::resource::Node;
use crate::service::Service;
use crate::states::{NodeState, NodeTrigger};

const CREATE: &str = "CreateNode";

pub(super) fn create(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    if let Some((id, shown)) = plain::made::<Node>(&mut store, CREATE, request) {
        return Ok(Reply::created(&id, shown));
    }
    let cluster = clusters::active(&store, &request.target)?;
    let mut document = request.document(&[]);
    document.insert("clusterId".to_owned(), json!(cluster));
    let (of, state) = ((CREATE, Some(cluster)), NodeState::Registering);
    let (id, shown) = plain::create::<Node>(service, &mut store, request, of, document, state)?;
    let (begins, ends) = (NodeTrigger::Registered, NodeTrigger::Registered);
    let step = Step { begins, ends, takes: service.config.pace.channel_create };
    plain::end_later::<Node>(service, &mut store, request, &id, step);
    Ok(Reply::created(&id, shown))
}

pub(super) fn describe(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let missing =
        "The node that you are trying to describe doesn’t exist. Check the ID and try again.";
    plain::describe::<Node>(service, request, missing)
}

pub(super) fn list(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let nodes =
        store.nodes.values().filter(|it| it.document["clusterId"] == request.target.as_str());
    page(request, "nodes", nodes.map(|it| (it.id.as_str(), it.describe())))
}

pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let (begins, ends) = (NodeTrigger::Deregister, NodeTrigger::Deregistered);
    let step = Step { begins, ends, takes: service.config.pace.channel_delete };
    let texts = Texts {
        missing: "The node that you are trying to delete doesn’t exist. Check the ID and try again.",
        unable: "The node is unable to delete due to an issue with node resources.",
    };
    let mut store = service.store();
    plain::turn::<Node>(service, &mut store, request, step, texts).map(Reply::accepted)
}

//! Channel placement groups of a cluster. One with a node is ASSIGNED after a while; whether there is a node of that id is not looked at.

use std::sync::Arc;

use serde_json::json;

use super::clusters;
use super::list::page;
use super::plain::{self, Step, Texts};
use crate::error::Error;
use crate::request::{Reply, Request, member};
use crate::resource::PlacementGroup;
use crate::service::Service;
use crate::states::{GroupState, GroupTrigger};

const CREATE: &str = "CreateChannelPlacementGroup";

pub(super) fn create(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    if let Some((id, shown)) = plain::made::<PlacementGroup>(&mut store, CREATE, request) {
        return Ok(Reply::created(&id, shown));
    }
    let cluster = clusters::active(&store, &request.target)?;
    let assigning = !nodes(request)?.unwrap_or_default().is_empty();
    let state = if assigning { GroupState::Assigning } else { GroupState::Unassigned };
    let mut document = request.document(&[]);
    document.insert("clusterId".to_owned(), json!(cluster));
    let of = (CREATE, Some(cluster));
    let (id, shown) =
        plain::create::<PlacementGroup>(service, &mut store, request, of, document, state)?;
    if assigning {
        plain::end_later::<PlacementGroup>(service, &mut store, request, &id, assign(service));
    }
    Ok(Reply::created(&id, shown))
}

pub(super) fn describe(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let missing = "The channel placement group that you are trying to describe does not exist. \
         Check the ID and try again.";
    plain::describe::<PlacementGroup>(service, request, missing)
}

pub(super) fn list(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let groups =
        store.groups.values().filter(|it| it.document["clusterId"] == request.target.as_str());
    page(request, "channelPlacementGroups", groups.map(|it| (it.id.as_str(), it.describe())))
}

/// Another node, or none any more. The API's model has no answer to an id that never was; its text follows the others'.
pub(super) fn update(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let texts = Texts {
        missing: "The channel placement group that you are trying to update does not exist. \
             Check the ID and try again.",
        unable: "The channel placement group is unable to update due to an issue with channel placement group resources.",
    };
    let mut store = service.store();
    let nodes = nodes(request)?;
    let change =
        nodes.map(|nodes| if nodes.is_empty() { unassign(service) } else { assign(service) });
    if let Some(step) = change {
        plain::turn::<PlacementGroup>(service, &mut store, request, step, texts)?;
    }
    let group = plain::find::<PlacementGroup>(&mut store, request, texts.missing)?;
    group.document.extend(request.members(&["name", "nodes"]));
    Ok(Reply::ok(group.describe()))
}

pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let (begins, ends) = (GroupTrigger::Delete, GroupTrigger::Deleted);
    let step = Step { begins, ends, takes: service.config.pace.channel_delete };
    let texts = Texts {
        missing: "The channel placement group that you are trying to delete does not exist. \
             Check the ID and try again.",
        unable: "The channel placement group is unable to delete due to an issue with channel placement group resources.",
    };
    plain::turn::<PlacementGroup>(service, &mut service.store(), request, step, texts)
        .map(Reply::ok)
}

fn nodes(request: &Request) -> Result<Option<Vec<String>>, Error> {
    member(&request.body, "nodes")
}

fn assign(service: &Service) -> Step<GroupTrigger> {
    let (begins, ends) = (GroupTrigger::Assign, GroupTrigger::Assigned);
    Step { begins, ends, takes: service.config.pace.channel_update }
}

fn unassign(service: &Service) -> Step<GroupTrigger> {
    let (begins, ends) = (GroupTrigger::Unassign, GroupTrigger::Unassigned);
    Step { begins, ends, takes: service.config.pace.channel_update }
}

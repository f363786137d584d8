//! Clusters: there is no more to one here than that placement groups can be made in it.

use std::sync::Arc;

use super::plain::{self, Step, Texts};
use crate::error::Error;
use crate::request::{Reply, Request};
use crate::resource::Cluster;
use crate::service::Service;
use crate::states::{ClusterState, ClusterTrigger, GroupState};

const CREATE: &str = "CreateCluster";

pub(super) fn create(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let mut store = service.store();
    if let Some((id, shown)) = plain::made::<Cluster>(&mut store, CREATE, request) {
        return Ok(Reply::created(&id, shown));
    }
    let (document, state) = (request.document(&[]), ClusterState::Creating);
    let of = (CREATE, None);
    let (id, shown) = plain::create::<Cluster>(service, &mut store, request, of, document, state)?;
    let (begins, ends) = (ClusterTrigger::Created, ClusterTrigger::Created);
    let step = Step { begins, ends, takes: service.config.pace.channel_create };
    plain::end_later::<Cluster>(service, &mut store, request, &id, step);
    Ok(Reply::created(&id, shown))
}

pub(super) fn describe(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let missing =
        "The cluster that you are trying to describe does not exist. Check the ID and try again.";
    plain::describe::<Cluster>(service, request, missing)
}

/// One that still has placement groups stays.
pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let texts = Texts {
        missing: "The cluster that you are trying to delete doesn't exist. Check the ID and try again.",
        unable: "The cluster is unable to delete due to an issue with cluster resources.",
    };
    let mut store = service.store();
    let mut groups = store.groups.values().filter(|it| it.state != GroupState::Deleted);
    if groups.any(|it| it.document["clusterId"] == request.target.as_str()) {
        return Err(Error::Unable { text: texts.unable });
    }
    let (begins, ends) = (ClusterTrigger::Delete, ClusterTrigger::Deleted);
    let step = Step { begins, ends, takes: service.config.pace.channel_delete };
    plain::turn::<Cluster>(service, &mut store, request, step, texts).map(Reply::accepted)
}

//! Clusters: there is no more to one here than that nodes and placement groups can be made in it.

use std::sync::Arc;

use super::plain::{self, Step, Texts};
use crate::error::{Error, Violation};
use crate::request::{Reply, Request};
use crate::resource::Cluster;
use crate::service::Service;
use crate::states::{ClusterState, ClusterTrigger, GroupState, NodeState};
use crate::store::Store;

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

/// The cluster that something is to be made in, if it can be. The API's model has no 404 for that; the text is the
/// emulator's.
pub(super) fn active<'a>(store: &Store, cluster: &'a str) -> Result<&'a str, Error> {
    if store.clusters.get(cluster).is_some_and(|it| it.state == ClusterState::Active) {
        return Ok(cluster);
    }
    let error_message = format!("Cluster \"{cluster}\" does not exist or is not ACTIVE");
    let violation = Violation { element_path: "clusterId".to_owned(), error_message };
    Err(Error::Invalid { violations: vec![violation] })
}

/// One that still has nodes or placement groups stays.
pub(super) fn delete(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let texts = Texts {
        missing: "The cluster that you are trying to delete doesn't exist. Check the ID and try again.",
        unable: "The cluster is unable to delete due to an issue with cluster resources.",
    };
    let mut store = service.store();
    let groups = store.groups.values().filter(|it| it.state != GroupState::Deleted);
    let nodes = store.nodes.values().filter(|it| it.state != NodeState::Deregistered);
    let mut inside = groups.map(|it| &it.document).chain(nodes.map(|it| &it.document));
    if inside.any(|document| document["clusterId"] == request.target.as_str()) {
        return Err(Error::Unable { text: texts.unable });
    }
    let (begins, ends) = (ClusterTrigger::Delete, ClusterTrigger::Deleted);
    let step = Step { begins, ends, takes: service.config.pace.channel_delete };
    plain::turn::<Cluster>(service, &mut store, request, step, texts).map(Reply::accepted)
}

//! The states of clusters, their nodes and their channel placement groups. That a group is ASSIGNED once it has a node is inferred from the
//! API's model, which has no text on its states.

use std::fmt;

use serde::Serialize;

use super::{Conflict, look_up};

/// The state of a cluster, under its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ClusterState {
    Creating,
    Active,
    Deleting,
    Deleted,
}

/// The state of a channel placement group, under its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum GroupState {
    Unassigned,
    Assigning,
    Assigned,
    Unassigning,
    Deleting,
    Deleted,
}

/// The state of a node, under its name in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum NodeState {
    Registering,
    Active,
    Deregistering,
    Deregistered,
}

/// What can happen to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClusterTrigger {
    Created,
    Delete,
    Deleted,
}

/// What can happen to a channel placement group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupTrigger {
    Assign,
    Assigned,
    Unassign,
    Unassigned,
    Delete,
    Deleted,
}

/// What can happen to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeTrigger {
    Registered,
    Deregister,
    Deregistered,
}

const CLUSTER: [(ClusterState, ClusterTrigger, ClusterState); 4] = [
    (ClusterState::Creating, ClusterTrigger::Created, ClusterState::Active),
    (ClusterState::Active, ClusterTrigger::Delete, ClusterState::Deleting),
    (ClusterState::Deleted, ClusterTrigger::Delete, ClusterState::Deleted),
    (ClusterState::Deleting, ClusterTrigger::Deleted, ClusterState::Deleted),
];

const GROUP: [(GroupState, GroupTrigger, GroupState); 9] = [
    (GroupState::Unassigned, GroupTrigger::Assign, GroupState::Assigning),
    (GroupState::Assigned, GroupTrigger::Assign, GroupState::Assigning),
    (GroupState::Assigning, GroupTrigger::Assigned, GroupState::Assigned),
    (GroupState::Assigned, GroupTrigger::Unassign, GroupState::Unassigning),
    (GroupState::Unassigning, GroupTrigger::Unassigned, GroupState::Unassigned),
    (GroupState::Unassigned, GroupTrigger::Delete, GroupState::Deleting),
    (GroupState::Assigned, GroupTrigger::Delete, GroupState::Deleting),
    (GroupState::Deleted, GroupTrigger::Delete, GroupState::Deleted),
    (GroupState::Deleting, GroupTrigger::Deleted, GroupState::Deleted),
];

/// A machine registers as soon as there is a node for it: the emulator's choice, for there is no machine.
const NODE: [(NodeState, NodeTrigger, NodeState); 4] = [
    (NodeState::Registering, NodeTrigger::Registered, NodeState::Active),
    (NodeState::Active, NodeTrigger::Deregister, NodeState::Deregistering),
    (NodeState::Deregistering, NodeTrigger::Deregistered, NodeState::Deregistered),
    (NodeState::Deregistered, NodeTrigger::Deregister, NodeState::Deregistered),
];

impl fmt::Display for NodeState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

impl NodeState {
    /// The state this one turns into.
    pub(crate) fn after(self, trigger: NodeTrigger) -> Result<Self, Conflict> {
        look_up(&NODE, self, trigger)
    }
}

impl fmt::Display for ClusterState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

impl fmt::Display for GroupState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

impl ClusterState {
    /// The state this one turns into.
    pub(crate) fn after(self, trigger: ClusterTrigger) -> Result<Self, Conflict> {
        look_up(&CLUSTER, self, trigger)
    }
}

impl GroupState {
    /// The state this one turns into.
    pub(crate) fn after(self, trigger: GroupTrigger) -> Result<Self, Conflict> {
        look_up(&GROUP, self, trigger)
    }
}

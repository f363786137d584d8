//! The sorts of resources of which no more than the states is emulated, and what else is shown of each.

use serde_json::{Value, json};

use super::{Shelf, Sort};
use crate::arn::Kind;
use crate::states::{
    ChannelState, ChannelTrigger, ClusterState, ClusterTrigger, Conflict, GroupState, GroupTrigger,
    NodeState, NodeTrigger, SignalMapState, SignalMapTrigger,
};
use crate::store::{Store, Tags};

/// Its states are a channel's, but for UPDATING.
#[derive(Debug)]
pub(crate) struct Multiplex;

/// Machines of one's own that MediaLive runs on.
#[derive(Debug)]
pub(crate) struct Cluster;

/// Channels that run on one node of a cluster.
#[derive(Debug)]
pub(crate) struct PlacementGroup;

impl Sort for Multiplex {
    type State = ChannelState;
    type Trigger = ChannelTrigger;
    const KIND: Kind = Kind::Multiplex;

    fn after(state: ChannelState, trigger: ChannelTrigger) -> Result<ChannelState, Conflict> {
        state.after(trigger)
    }

    fn shelf(store: &mut Store) -> &mut Shelf<Self> {
        &mut store.multiplexes
    }

    /// One pipeline in each of its two zones.
    fn shown(state: ChannelState, tags: &Tags) -> Value {
        let pipelines = if state == ChannelState::Running { 2 } else { 0 };
        json!({ "destinations": [], "pipelinesRunningCount": pipelines, "programCount": 0, "tags": tags })
    }
}

impl Sort for Cluster {
    type State = ClusterState;
    type Trigger = ClusterTrigger;
    const KIND: Kind = Kind::Cluster;

    fn after(state: ClusterState, trigger: ClusterTrigger) -> Result<ClusterState, Conflict> {
        state.after(trigger)
    }

    fn shelf(store: &mut Store) -> &mut Shelf<Self> {
        &mut store.clusters
    }

    fn shown(_: ClusterState, _: &Tags) -> Value {
        json!({ "channelIds": [] })
    }
}

impl Sort for PlacementGroup {
    type State = GroupState;
    type Trigger = GroupTrigger;
    const KIND: Kind = Kind::PlacementGroup;

    fn after(state: GroupState, trigger: GroupTrigger) -> Result<GroupState, Conflict> {
        state.after(trigger)
    }

    fn shelf(store: &mut Store) -> &mut Shelf<Self> {
        &mut store.groups
    }

    fn shown(_: GroupState, _: &Tags) -> Value {
        json!({ "channels": [] })
    }
}

/// One machine of a cluster.
#[derive(Debug)]
pub(crate) struct Node;

/// What a channel is connected with, and what watches over that.
#[derive(Debug)]
pub(crate) struct SignalMap;

impl Sort for Node {
    type State = NodeState;
    type Trigger = NodeTrigger;
    const KIND: Kind = Kind::Node;

    fn after(state: NodeState, trigger: NodeTrigger) -> Result<NodeState, Conflict> {
        state.after(trigger)
    }

    fn shelf(store: &mut Store) -> &mut Shelf<Self> {
        &mut store.nodes
    }

    fn shown(state: NodeState, _: &Tags) -> Value {
        let connected = state == NodeState::Active;
        let connection = if connected { "CONNECTED" } else { "DISCONNECTED" };
        json!({ "channelPlacementGroups": [], "connectionState": connection })
    }
}

impl Sort for SignalMap {
    type State = SignalMapState;
    type Trigger = SignalMapTrigger;
    const KIND: Kind = Kind::SignalMap;
    const STATE: &'static str = "status";

    fn after(state: SignalMapState, trigger: SignalMapTrigger) -> Result<SignalMapState, Conflict> {
        state.after(trigger)
    }

    fn shelf(store: &mut Store) -> &mut Shelf<Self> {
        &mut store.signal_maps
    }

    fn shown(state: SignalMapState, tags: &Tags) -> Value {
        json!({ "monitorDeployment": { "status": state.monitor }, "tags": tags })
    }
}

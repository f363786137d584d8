//! Resources of which no more is emulated than that they exist and which state they are in: multiplexes, clusters and
//! channel placement groups. They are here for those who wait for their states.
//!
//! Decides how such a resource changes and how it is shown. What leads from one state to the next stands in the tables.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::arn::Kind;
use crate::states::{ChannelState, ChannelTrigger, Conflict};
use crate::states::{ClusterState, ClusterTrigger, GroupState, GroupTrigger};
use crate::store::{Store, Tags};

/// What sets one sort of them apart.
pub(crate) trait Sort: fmt::Debug + Sized + 'static {
    type State: Copy + fmt::Debug + fmt::Display + PartialEq + Serialize + Send;
    type Trigger: Copy + fmt::Debug + Send;
    const KIND: Kind;

    fn after(state: Self::State, trigger: Self::Trigger) -> Result<Self::State, Conflict>;

    /// Where the store keeps them.
    fn shelf(store: &mut Store) -> &mut Shelf<Self>;

    /// What is shown beside the document; it depends on nothing but the state.
    fn shown(state: Self::State, tags: &Tags) -> Value;
}

/// All of a sort, by their ids.
pub(crate) type Shelf<S> = BTreeMap<String, Resource<S>>;

/// One of them.
#[derive(Debug)]
pub(crate) struct Resource<S: Sort> {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) state: S::State,
    pub(crate) tags: Tags,
    /// The request, shown as it came.
    pub(crate) document: Map<String, Value>,
    /// How often its state has changed: what was to come of an earlier one does not come any more.
    pub(crate) changes: u64,
}

impl<S: Sort> Resource<S> {
    /// Its id and its tags.
    pub(crate) fn label(&self) -> (&str, &Tags) {
        (&self.id, &self.tags)
    }

    pub(crate) fn apply(&mut self, trigger: S::Trigger) -> Result<S::State, Conflict> {
        let (before, after) = (self.state, S::after(self.state, trigger)?);
        self.state = after;
        self.changes += 1;
        tracing::info!(arn = self.arn, %before, %after, "resource");
        Ok(after)
    }

    /// The resource as Describe shows it.
    pub(crate) fn describe(&self) -> Value {
        let mut shown = self.document.clone();
        let own = json!({ "arn": self.arn, "id": self.id, "state": self.state });
        for fields in [own, S::shown(self.state, &self.tags)] {
            shown.extend(
                fields
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        Value::Object(shown)
    }
}

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

//! Resources of which no more is emulated than that they exist and which state they are in: multiplexes, clusters and
//! what is in them, and signal maps. They are here for those who wait for their states.
//!
//! Decides how such a resource changes and how it is shown. What leads from one state to the next stands in the tables.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::arn::Kind;
use crate::states::Conflict;
use crate::store::{Store, Tags};

mod sorts;

pub(crate) use sorts::{Cluster, Multiplex, Node, PlacementGroup, SignalMap};

/// What sets one sort of them apart.
pub(crate) trait Sort: fmt::Debug + Sized + 'static {
    type State: Copy + fmt::Debug + fmt::Display + PartialEq + Serialize + Send;
    type Trigger: Copy + fmt::Debug + Send;
    const KIND: Kind;
    /// What the API calls the member with the state.
    const STATE: &'static str = "state";

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
        let own = json!({ "arn": self.arn, "id": self.id, S::STATE: self.state });
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

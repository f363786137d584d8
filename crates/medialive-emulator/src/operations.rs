//! The operations of MediaLive's API that are emulated: what each is called, where it is found and what it does.
//!
//! One file an operation, or one for several that only read. Each decides between the store's content and a reply; none
//! knows HTTP beyond a status.

use std::sync::Arc;

use axum::routing::MethodFilter;

use crate::error::Error;
use crate::request::{Reply, Request};
use crate::service::Service;

mod clusters;
mod create_channel;
mod create_input;
mod delete_channel;
mod delete_input;
mod describe;
mod describe_thumbnails;
mod list;
mod multiplexes;
mod nodes;
mod placement_groups;
mod plain;
mod restart_channel_pipelines;
mod signal_maps;
mod start_channel;
mod stop_channel;
mod tags;
mod update_channel;
mod update_channel_class;
mod update_input;

/// One operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) method: MethodFilter,
    pub(crate) path: &'static str,
    /// What the variable in the path names.
    pub(crate) target: Target,
    pub(crate) perform: Perform,
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A channel, by its id.
    Channel,
    /// An input, by its id.
    Input,
    /// A multiplex, by its id.
    Multiplex,
    /// A cluster, by its id.
    Cluster,
    /// A channel placement group, by its id.
    PlacementGroup,
    /// A node, by its id.
    Node,
    /// A signal map, by its id.
    SignalMap,
    /// Any of them, by its ARN.
    Arn,
    /// All of a kind, or one that is to be made.
    Kind,
}

type Perform = fn(&Arc<Service>, &Request) -> Result<Reply, Error>;
/// A path, and what its variable names.
type Place = (&'static str, Target);

const INPUTS: Place = ("/prod/inputs", Target::Kind);
const INPUT: Place = ("/prod/inputs/{inputId}", Target::Input);
const CHANNELS: Place = ("/prod/channels", Target::Kind);
const CHANNEL: Place = ("/prod/channels/{channelId}", Target::Channel);
const CLASS: Place = ("/prod/channels/{channelId}/channelClass", Target::Channel);
const START: Place = ("/prod/channels/{channelId}/start", Target::Channel);
const STOP: Place = ("/prod/channels/{channelId}/stop", Target::Channel);
const THUMBNAILS: Place = ("/prod/channels/{channelId}/thumbnails", Target::Channel);
const RESTART: Place = ("/prod/channels/{channelId}/restartChannelPipelines", Target::Channel);
const ALERTS: Place = ("/prod/channels/{channelId}/alerts", Target::Channel);
const MULTIPLEXES: Place = ("/prod/multiplexes", Target::Kind);
const MULTIPLEX: Place = ("/prod/multiplexes/{multiplexId}", Target::Multiplex);
const MULTIPLEX_START: Place = ("/prod/multiplexes/{multiplexId}/start", Target::Multiplex);
const MULTIPLEX_STOP: Place = ("/prod/multiplexes/{multiplexId}/stop", Target::Multiplex);
const CLUSTERS: Place = ("/prod/clusters", Target::Kind);
const CLUSTER: Place = ("/prod/clusters/{clusterId}", Target::Cluster);
const GROUPS: Place = ("/prod/clusters/{clusterId}/channelplacementgroups", Target::Cluster);
const GROUP: Place = (
    "/prod/clusters/{clusterId}/channelplacementgroups/{channelPlacementGroupId}",
    Target::PlacementGroup,
);
const NODES: Place = ("/prod/clusters/{clusterId}/nodes", Target::Cluster);
const NODE: Place = ("/prod/clusters/{clusterId}/nodes/{nodeId}", Target::Node);
const SIGNAL_MAPS: Place = ("/prod/signal-maps", Target::Kind);
const SIGNAL_MAP: Place = ("/prod/signal-maps/{identifier}", Target::SignalMap);
const MONITOR: Place = ("/prod/signal-maps/{identifier}/monitor-deployment", Target::SignalMap);
const TAGS: Place = ("/prod/tags/{resourceArn}", Target::Arn);

/// Every operation that is emulated.
pub(crate) static OPERATIONS: [Operation; 43] = [
    of("CreateInput", MethodFilter::POST, INPUTS, create_input::perform),
    of("ListInputs", MethodFilter::GET, INPUTS, list::inputs),
    of("DescribeInput", MethodFilter::GET, INPUT, describe::input),
    of("UpdateInput", MethodFilter::PUT, INPUT, update_input::perform),
    of("DeleteInput", MethodFilter::DELETE, INPUT, delete_input::perform),
    of("CreateChannel", MethodFilter::POST, CHANNELS, create_channel::perform),
    of("ListChannels", MethodFilter::GET, CHANNELS, list::channels),
    of("DescribeChannel", MethodFilter::GET, CHANNEL, describe::channel),
    of("UpdateChannel", MethodFilter::PUT, CHANNEL, update_channel::perform),
    of("UpdateChannelClass", MethodFilter::PUT, CLASS, update_channel_class::perform),
    of("DeleteChannel", MethodFilter::DELETE, CHANNEL, delete_channel::perform),
    of("StartChannel", MethodFilter::POST, START, start_channel::perform),
    of("StopChannel", MethodFilter::POST, STOP, stop_channel::perform),
    of("RestartChannelPipelines", MethodFilter::POST, RESTART, restart_channel_pipelines::perform),
    of("DescribeThumbnails", MethodFilter::GET, THUMBNAILS, describe_thumbnails::perform),
    of("ListAlerts", MethodFilter::GET, ALERTS, list::alerts),
    of("CreateMultiplex", MethodFilter::POST, MULTIPLEXES, multiplexes::create),
    of("ListMultiplexes", MethodFilter::GET, MULTIPLEXES, multiplexes::list),
    of("DescribeMultiplex", MethodFilter::GET, MULTIPLEX, multiplexes::describe),
    of("DeleteMultiplex", MethodFilter::DELETE, MULTIPLEX, multiplexes::delete),
    of("StartMultiplex", MethodFilter::POST, MULTIPLEX_START, multiplexes::start),
    of("StopMultiplex", MethodFilter::POST, MULTIPLEX_STOP, multiplexes::stop),
    of("CreateCluster", MethodFilter::POST, CLUSTERS, clusters::create),
    of("DescribeCluster", MethodFilter::GET, CLUSTER, clusters::describe),
    of("DeleteCluster", MethodFilter::DELETE, CLUSTER, clusters::delete),
    of("CreateChannelPlacementGroup", MethodFilter::POST, GROUPS, placement_groups::create),
    of("ListChannelPlacementGroups", MethodFilter::GET, GROUPS, placement_groups::list),
    of("DescribeChannelPlacementGroup", MethodFilter::GET, GROUP, placement_groups::describe),
    of("UpdateChannelPlacementGroup", MethodFilter::PUT, GROUP, placement_groups::update),
    of("DeleteChannelPlacementGroup", MethodFilter::DELETE, GROUP, placement_groups::delete),
    of("CreateNode", MethodFilter::POST, NODES, nodes::create),
    of("ListNodes", MethodFilter::GET, NODES, nodes::list),
    of("DescribeNode", MethodFilter::GET, NODE, nodes::describe),
    of("DeleteNode", MethodFilter::DELETE, NODE, nodes::delete),
    of("CreateSignalMap", MethodFilter::POST, SIGNAL_MAPS, signal_maps::create),
    of("GetSignalMap", MethodFilter::GET, SIGNAL_MAP, signal_maps::get),
    of("StartUpdateSignalMap", MethodFilter::PATCH, SIGNAL_MAP, signal_maps::update),
    of("DeleteSignalMap", MethodFilter::DELETE, SIGNAL_MAP, signal_maps::delete),
    of("StartMonitorDeployment", MethodFilter::POST, MONITOR, signal_maps::deploy),
    of("StartDeleteMonitorDeployment", MethodFilter::DELETE, MONITOR, signal_maps::undeploy),
    of("CreateTags", MethodFilter::POST, TAGS, tags::create),
    of("DeleteTags", MethodFilter::DELETE, TAGS, tags::delete),
    of("ListTagsForResource", MethodFilter::GET, TAGS, tags::list),
];

const fn of(name: &'static str, method: MethodFilter, place: Place, perform: Perform) -> Operation {
    let (path, target) = place;
    Operation { name, method, path, target, perform }
}

#[cfg(test)]
mod tests {
    use super::OPERATIONS;

    #[test]
    fn every_operation_is_in_the_table_of_fidelity() {
        let document = include_str!("../../../docs/fidelity.md");
        let table = document.split("## States").next().expect("the first part");

        for operation in &OPERATIONS {
            assert!(table.contains(operation.name), "{} is missing", operation.name);
        }
    }
}

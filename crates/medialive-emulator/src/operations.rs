//! The emulated operations of MediaLive's API: their names, paths and effects.
//!
//! One file per operation, or one for a few that belong together. Each turns the store's content
//! into a reply, and knows of HTTP only the status.

use std::sync::Arc;

use axum::routing::MethodFilter;

use crate::error::Error;
use crate::faults::fault::{CallFault, Fault, InvalidFault};
use crate::model::tags::Target;
use crate::request::{Reply, Request};
use crate::service::Service;

mod create_channel;
mod create_input;
mod delete_channel;
mod delete_input;
mod describe;
mod describe_thumbnails;
mod input_security_groups;
mod list;
mod restart_channel_pipelines;
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
    /// What the path's variable names.
    pub(crate) target: Target,
    pub(crate) effect: Effect,
    pub(crate) perform: Perform,
}

/// An operation's effect on its resource's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The state stays, or changes at once.
    None,
    /// It begins a transitional state.
    BeginsState,
    /// It begins a transitional state that can fail.
    BeginsStateThatCanFail,
}

const GET: MethodFilter = MethodFilter::GET;
const POST: MethodFilter = MethodFilter::POST;
const PUT: MethodFilter = MethodFilter::PUT;
const DELETE: MethodFilter = MethodFilter::DELETE;

type Perform = fn(&Arc<Service>, &Request) -> Result<Reply, Error>;
/// A path and what its variable names.
type Route = (&'static str, Target);

const INPUTS: Route = ("/prod/inputs", Target::Collection);
const INPUT: Route = ("/prod/inputs/{inputId}", Target::Input);
const GROUPS: Route = ("/prod/inputSecurityGroups", Target::Collection);
const GROUP: Route =
    ("/prod/inputSecurityGroups/{inputSecurityGroupId}", Target::InputSecurityGroup);
const CHANNELS: Route = ("/prod/channels", Target::Collection);
const CHANNEL: Route = ("/prod/channels/{channelId}", Target::Channel);
const CLASS: Route = ("/prod/channels/{channelId}/channelClass", Target::Channel);
const START: Route = ("/prod/channels/{channelId}/start", Target::Channel);
const STOP: Route = ("/prod/channels/{channelId}/stop", Target::Channel);
const THUMBNAILS: Route = ("/prod/channels/{channelId}/thumbnails", Target::Channel);
const RESTART: Route = ("/prod/channels/{channelId}/restartChannelPipelines", Target::Channel);
const ALERTS: Route = ("/prod/channels/{channelId}/alerts", Target::Channel);
const TAGS: Route = ("/prod/tags/{resourceArn}", Target::Arn);

/// Every emulated operation.
pub(crate) static OPERATIONS: [Operation; 24] = [
    operation("CreateInput", POST, INPUTS, Effect::BeginsState, create_input::perform),
    operation("ListInputs", GET, INPUTS, Effect::None, list::inputs),
    operation("DescribeInput", GET, INPUT, Effect::None, describe::input),
    operation("UpdateInput", PUT, INPUT, Effect::None, update_input::perform),
    operation("DeleteInput", DELETE, INPUT, Effect::BeginsState, delete_input::perform),
    operation(
        "CreateInputSecurityGroup",
        POST,
        GROUPS,
        Effect::None,
        input_security_groups::create,
    ),
    operation("ListInputSecurityGroups", GET, GROUPS, Effect::None, input_security_groups::list),
    operation(
        "DescribeInputSecurityGroup",
        GET,
        GROUP,
        Effect::None,
        input_security_groups::describe,
    ),
    operation("UpdateInputSecurityGroup", PUT, GROUP, Effect::None, input_security_groups::update),
    operation(
        "DeleteInputSecurityGroup",
        DELETE,
        GROUP,
        Effect::None,
        input_security_groups::delete,
    ),
    operation(
        "CreateChannel",
        POST,
        CHANNELS,
        Effect::BeginsStateThatCanFail,
        create_channel::perform,
    ),
    operation("ListChannels", GET, CHANNELS, Effect::None, list::channels),
    operation("DescribeChannel", GET, CHANNEL, Effect::None, describe::channel),
    operation(
        "UpdateChannel",
        PUT,
        CHANNEL,
        Effect::BeginsStateThatCanFail,
        update_channel::perform,
    ),
    operation(
        "UpdateChannelClass",
        PUT,
        CLASS,
        Effect::BeginsStateThatCanFail,
        update_channel_class::perform,
    ),
    operation("DeleteChannel", DELETE, CHANNEL, Effect::BeginsState, delete_channel::perform),
    operation("StartChannel", POST, START, Effect::BeginsState, start_channel::perform),
    operation("StopChannel", POST, STOP, Effect::BeginsState, stop_channel::perform),
    operation(
        "RestartChannelPipelines",
        POST,
        RESTART,
        Effect::None,
        restart_channel_pipelines::perform,
    ),
    operation("DescribeThumbnails", GET, THUMBNAILS, Effect::None, describe_thumbnails::perform),
    operation("ListAlerts", GET, ALERTS, Effect::None, list::alerts),
    operation("CreateTags", POST, TAGS, Effect::None, tags::create),
    operation("DeleteTags", DELETE, TAGS, Effect::None, tags::delete),
    operation("ListTagsForResource", GET, TAGS, Effect::None, tags::list),
];

const fn operation(
    name: &'static str,
    method: MethodFilter,
    (path, target): Route,
    effect: Effect,
    perform: Perform,
) -> Operation {
    Operation { name, method, path, target, effect, perform }
}

/// Checks that a fault fits its operation.
pub(crate) fn check_fault(fault: &Fault) -> Result<(), InvalidFault> {
    let Fault::Call { operation: name, fault, .. } = fault else { return Ok(()) };
    let Some(operation) = OPERATIONS.iter().find(|it| it.name == name) else {
        return Err(InvalidFault(format!("operation: {name} is not emulated")));
    };
    let names = |wanted: fn(Effect) -> bool| {
        let known = OPERATIONS.iter().filter(|it| wanted(it.effect)).map(|it| it.name);
        known.collect::<Vec<_>>().join(", ")
    };
    match fault {
        CallFault::Stuck(_) if operation.effect == Effect::None => {
            let known = names(|effect| effect != Effect::None);
            let text =
                format!("operation: {name} begins no state that can last; these do: {known}");
            Err(InvalidFault(text))
        }
        CallFault::Failed if operation.effect != Effect::BeginsStateThatCanFail => {
            let known = names(|effect| effect == Effect::BeginsStateThatCanFail);
            Err(InvalidFault(format!(
                "operation: {name} cannot fail in this way; these can: {known}"
            )))
        }
        CallFault::Status { .. }
        | CallFault::Stall(_)
        | CallFault::CutBefore
        | CallFault::CutAfter
        | CallFault::Stuck(_)
        | CallFault::Failed => Ok(()),
    }
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

//! The operations of MediaLive's API that are emulated: what each is called, where it is found and
//! what it does.
//!
//! One file an operation, or one for several that only read. Each decides between the store's
//! content and a reply; none knows HTTP beyond a status.

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
    /// What the variable in the path names.
    pub(crate) target: Target,
    pub(crate) effect: Effect,
    pub(crate) perform: Perform,
}

/// What an operation does to the state of its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The state stays, or is another one at once.
    None,
    /// It leads to a state that lasts for a while.
    BeginsState,
    /// The same, and that state can come to nothing.
    BeginsStateThatCanFail,
}

const GET: MethodFilter = MethodFilter::GET;
const POST: MethodFilter = MethodFilter::POST;
const PUT: MethodFilter = MethodFilter::PUT;
const DELETE: MethodFilter = MethodFilter::DELETE;

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
const TAGS: Place = ("/prod/tags/{resourceArn}", Target::Arn);

/// Every operation that is emulated.
pub(crate) static OPERATIONS: [Operation; 19] = [
    of("CreateInput", POST, INPUTS, Effect::BeginsState, create_input::perform),
    of("ListInputs", GET, INPUTS, Effect::None, list::inputs),
    of("DescribeInput", GET, INPUT, Effect::None, describe::input),
    of("UpdateInput", PUT, INPUT, Effect::None, update_input::perform),
    of("DeleteInput", DELETE, INPUT, Effect::BeginsState, delete_input::perform),
    of("CreateChannel", POST, CHANNELS, Effect::BeginsStateThatCanFail, create_channel::perform),
    of("ListChannels", GET, CHANNELS, Effect::None, list::channels),
    of("DescribeChannel", GET, CHANNEL, Effect::None, describe::channel),
    of("UpdateChannel", PUT, CHANNEL, Effect::BeginsStateThatCanFail, update_channel::perform),
    of(
        "UpdateChannelClass",
        PUT,
        CLASS,
        Effect::BeginsStateThatCanFail,
        update_channel_class::perform,
    ),
    of("DeleteChannel", DELETE, CHANNEL, Effect::BeginsState, delete_channel::perform),
    of("StartChannel", POST, START, Effect::BeginsState, start_channel::perform),
    of("StopChannel", POST, STOP, Effect::BeginsState, stop_channel::perform),
    of("RestartChannelPipelines", POST, RESTART, Effect::None, restart_channel_pipelines::perform),
    of("DescribeThumbnails", GET, THUMBNAILS, Effect::None, describe_thumbnails::perform),
    of("ListAlerts", GET, ALERTS, Effect::None, list::alerts),
    of("CreateTags", POST, TAGS, Effect::None, tags::create),
    of("DeleteTags", DELETE, TAGS, Effect::None, tags::delete),
    of("ListTagsForResource", GET, TAGS, Effect::None, tags::list),
];

const fn of(
    name: &'static str,
    method: MethodFilter,
    (path, target): Place,
    effect: Effect,
    perform: Perform,
) -> Operation {
    Operation { name, method, path, target, effect, perform }
}

/// Whether a fault can happen to its operation.
pub(crate) fn check_fault(fault: &Fault) -> Result<(), InvalidFault> {
    let Fault::Call { operation: name, fault, .. } = fault else { return Ok(()) };
    let Some(operation) = OPERATIONS.iter().find(|it| it.name == name) else {
        return Err(InvalidFault(format!("operation: {name} is none that is emulated")));
    };
    let names = |wanted: fn(Effect) -> bool| {
        let known = OPERATIONS.iter().filter(|it| wanted(it.effect)).map(|it| it.name);
        known.collect::<Vec<_>>().join(", ")
    };
    match fault {
        CallFault::Stuck(_) if operation.effect == Effect::None => {
            let known = names(|effect| effect != Effect::None);
            let text = format!("operation: {name} leads to no state to be stuck in, as {known} do");
            Err(InvalidFault(text))
        }
        CallFault::Failed if operation.effect != Effect::BeginsStateThatCanFail => {
            let known = names(|effect| effect == Effect::BeginsStateThatCanFail);
            Err(InvalidFault(format!("operation: {name} has no failed state, as {known} have")))
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

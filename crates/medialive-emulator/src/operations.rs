//! The operations of MediaLive's API that are emulated: what each is called, where it is found and what it does.
//!
//! One file an operation, or one for two that only read. Each decides between the store's content and a reply; none
//! knows HTTP beyond a status.

use std::sync::Arc;

use axum::routing::MethodFilter;

use crate::error::Error;
use crate::request::{Reply, Request};
use crate::service::Service;

mod create_channel;
mod create_input;
mod delete_channel;
mod delete_input;
mod describe;
mod list;
mod start_channel;
mod stop_channel;
mod tags;

/// One operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) method: MethodFilter,
    pub(crate) path: &'static str,
    pub(crate) perform: fn(&Arc<Service>, &Request) -> Result<Reply, Error>,
}

const INPUTS: &str = "/prod/inputs";
const INPUT: &str = "/prod/inputs/{inputId}";
const CHANNELS: &str = "/prod/channels";
const CHANNEL: &str = "/prod/channels/{channelId}";
const TAGS: &str = "/prod/tags/{resourceArn}";

/// Every operation that is emulated.
pub(crate) static OPERATIONS: [Operation; 13] = [
    of("CreateInput", MethodFilter::POST, INPUTS, create_input::perform),
    of("ListInputs", MethodFilter::GET, INPUTS, list::inputs),
    of("DescribeInput", MethodFilter::GET, INPUT, describe::input),
    of("DeleteInput", MethodFilter::DELETE, INPUT, delete_input::perform),
    of("CreateChannel", MethodFilter::POST, CHANNELS, create_channel::perform),
    of("ListChannels", MethodFilter::GET, CHANNELS, list::channels),
    of("DescribeChannel", MethodFilter::GET, CHANNEL, describe::channel),
    of("DeleteChannel", MethodFilter::DELETE, CHANNEL, delete_channel::perform),
    of(
        "StartChannel",
        MethodFilter::POST,
        "/prod/channels/{channelId}/start",
        start_channel::perform,
    ),
    of("StopChannel", MethodFilter::POST, "/prod/channels/{channelId}/stop", stop_channel::perform),
    of("CreateTags", MethodFilter::POST, TAGS, tags::create),
    of("DeleteTags", MethodFilter::DELETE, TAGS, tags::delete),
    of("ListTagsForResource", MethodFilter::GET, TAGS, tags::list),
];

const fn of(
    name: &'static str,
    method: MethodFilter,
    path: &'static str,
    perform: fn(&Arc<Service>, &Request) -> Result<Reply, Error>,
) -> Operation {
    Operation { name, method, path, perform }
}

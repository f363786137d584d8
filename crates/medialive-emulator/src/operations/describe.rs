//! `DescribeInput` and `DescribeChannel`, also of DELETED resources.

use std::sync::Arc;

use crate::error::Error;
use crate::request::{Reply, Request};
use crate::service::Service;

pub(super) fn input(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let input = store.inputs.get(&request.target).ok_or(Error::InputNotFound)?;
    Ok(Reply::ok(input.describe()))
}

pub(super) fn channel(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let missing = Error::ChannelNotFound { verb: "describe" };
    let channel = store.channels.get(&request.target).ok_or(missing)?;
    Ok(Reply::ok(channel.describe()))
}

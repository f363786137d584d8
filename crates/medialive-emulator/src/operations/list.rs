//! `ListInputs` and `ListChannels`: everything on one page, deleted ones included.
//!
//! Whether MediaLive lists what is DELETED is not published; clients filter it out of real answers, and one that copes
//! with it here copes with either.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::channel::Channel;
use crate::error::Error;
use crate::input::Input;
use crate::request::{Reply, Request};
use crate::service::Service;

#[expect(clippy::unnecessary_wraps, reason = "every operation has this signature")]
pub(super) fn inputs(service: &Arc<Service>, _: &Request) -> Result<Reply, Error> {
    let inputs = service.store().inputs.values().map(Input::describe).collect::<Value>();
    Ok(Reply::ok(json!({ "inputs": inputs })))
}

#[expect(clippy::unnecessary_wraps, reason = "every operation has this signature")]
pub(super) fn channels(service: &Arc<Service>, _: &Request) -> Result<Reply, Error> {
    let channels = service.store().channels.values().map(Channel::summary).collect::<Value>();
    Ok(Reply::ok(json!({ "channels": channels })))
}

//! `RestartChannelPipelines`: restarts pipelines of a RUNNING channel.
//!
//! The state meanwhile is not published: here it is RECOVERING, as after a fault.

use std::sync::Arc;

use serde::Deserialize;

use crate::error::Error;
use crate::model::states::ChannelState;
use crate::request::{Reply, Request, member};
use crate::service::Service;

/// A pipeline's name in this operation.
#[derive(Clone, Copy, Debug, Deserialize)]
enum Pipeline {
    #[serde(rename = "PIPELINE_0")]
    First,
    #[serde(rename = "PIPELINE_1")]
    Second,
}

pub(super) fn perform(service: &Arc<Service>, request: &Request) -> Result<Reply, Error> {
    let store = service.store();
    let channel = store.channels.get(&request.target).ok_or(Error::PipelineNotFound)?;
    let named = member::<Vec<Pipeline>>(&request.body, "pipelineIds")?.unwrap_or_default();
    let numbers = named.into_iter().map(Pipeline::number).collect::<Vec<_>>();
    if numbers.iter().any(|number| *number >= channel.pipelines()) {
        return Err(Error::PipelineNotFound);
    }
    let run = channel.run.as_ref().filter(|_| channel.state == ChannelState::Running);
    let run = run.ok_or(Error::NotRunning)?;
    for number in numbers {
        run.restart(number);
    }
    Ok(Reply::ok(channel.describe()))
}

impl Pipeline {
    fn number(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }
}

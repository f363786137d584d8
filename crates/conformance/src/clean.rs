//! Deletes what runs have made, by the tag. It touches nothing else.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_medialive::Client;
use aws_sdk_medialive::types::{ChannelState, InputSecurityGroupState, InputState};
use lilo_lifecycle::tags::STACK_ID;
use tokio::time::sleep;

use crate::answer::{Unanswered, unanswered};
use crate::fixture::{PROBE_STACK, TAG};
use crate::gaps::Gaps;

/// The first gap between two looks at what is left.
const FIRST_GAP: Duration = Duration::from_millis(200);

/// What a run has made and is not DELETED.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// A channel.
    Channel {
        /// Its id.
        id: String,
        /// Its state.
        state: ChannelState,
    },
    /// An input.
    Input {
        /// Its id.
        id: String,
        /// Its state.
        state: InputState,
    },
    /// An input security group.
    SecurityGroup {
        /// Its id.
        id: String,
        /// Its state.
        state: InputSecurityGroupState,
    },
}

impl std::fmt::Display for Leftover {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Channel { id, state } => write!(formatter, "channel {id} ({state})"),
            Self::Input { id, state } => write!(formatter, "input {id} ({state})"),
            Self::SecurityGroup { id, state } => {
                write!(formatter, "input security group {id} ({state})")
            }
        }
    }
}

/// Everything that carries the tag and is not DELETED: channels, inputs, input security groups.
///
/// # Errors
/// In words, when MediaLive does not answer.
pub async fn leftovers(client: &Client) -> Result<Vec<Leftover>, String> {
    all(client).await.map_err(|Unanswered(reason)| reason)
}

/// Stops and deletes everything that carries the tag, and waits until it is DELETED; says meanwhile
/// what is left. It looks again after `quiet`, as a call of a run that was killed can have its
/// effect late.
///
/// # Errors
/// In words, when MediaLive does not answer or refuses.
pub async fn clean(
    client: &Client,
    quiet: Duration,
    mut tell: impl FnMut(&[Leftover]),
) -> Result<(), String> {
    let (mut gaps, mut was_empty) = (Gaps::new(FIRST_GAP), false);
    loop {
        let left = leftovers(client).await?;
        tell(&left);
        if left.is_empty() && was_empty {
            return Ok(());
        }
        was_empty = left.is_empty();
        // One that fails does not keep the others from being stopped and deleted.
        let mut failed = Vec::new();
        for leftover in &left {
            if let Err(Unanswered(reason)) = step(client, leftover).await {
                failed.push(format!("{leftover}: {reason}"));
            }
        }
        if !failed.is_empty() {
            return Err(failed.join("; "));
        }
        if was_empty {
            sleep(quiet).await;
        } else {
            gaps.wait().await;
        }
    }
}

async fn all(client: &Client) -> Result<Vec<Leftover>, Unanswered> {
    let channels = client.list_channels().into_paginator().items().send().try_collect().await;
    let channels = channels.map_err(|error| unanswered("list the channels", &error))?;
    let inputs = client.list_inputs().into_paginator().items().send().try_collect().await;
    let inputs = inputs.map_err(|error| unanswered("list the inputs", &error))?;
    let channels = channels.into_iter().filter(|it| it.tags().is_some_and(is_of_a_run));
    let inputs = inputs.into_iter().filter(|it| it.tags().is_some_and(is_of_a_run));
    let channels =
        channels.filter_map(|it| Some(Leftover::Channel { id: it.id?, state: it.state? }));
    let inputs = inputs.filter_map(|it| Some(Leftover::Input { id: it.id?, state: it.state? }));
    let groups = client.list_input_security_groups().into_paginator().items().send();
    let groups = groups.try_collect().await;
    let groups = groups.map_err(|error| unanswered("list the input security groups", &error))?;
    let groups = groups.into_iter().filter(|it| it.tags().is_some_and(is_of_a_run));
    let groups =
        groups.filter_map(|it| Some(Leftover::SecurityGroup { id: it.id?, state: it.state? }));
    Ok(channels.chain(inputs).chain(groups).filter(|it| !it.is_deleted()).collect())
}

/// Whether these are the tags of something that a run, or a role of its probe stack, has made.
fn is_of_a_run(tags: &HashMap<String, String>) -> bool {
    let of_probe = format!(":stack/{PROBE_STACK}/");
    tags.contains_key(TAG) || tags.get(STACK_ID).is_some_and(|id| id.contains(&of_probe))
}

impl Leftover {
    fn is_deleted(&self) -> bool {
        match self {
            Self::Channel { state, .. } => *state == ChannelState::Deleted,
            Self::Input { state, .. } => *state == InputState::Deleted,
            Self::SecurityGroup { state, .. } => *state == InputSecurityGroupState::Deleted,
        }
    }
}

/// Brings a resource one step nearer to its deletion, if its state allows one.
async fn step(client: &Client, leftover: &Leftover) -> Result<(), Unanswered> {
    match leftover {
        Leftover::Channel { id, state } => match state {
            ChannelState::Starting | ChannelState::Running | ChannelState::Recovering => {
                let stopped = client.stop_channel().channel_id(id).send().await;
                tolerant(stopped, &CHANGED, "stop a channel")
            }
            ChannelState::Idle | ChannelState::CreateFailed | ChannelState::UpdateFailed => {
                let deleted = client.delete_channel().channel_id(id).send().await;
                tolerant(deleted, &CHANGED, "delete a channel")
            }
            _ => Ok(()),
        },
        Leftover::Input { id, state: InputState::Detached } => {
            let deleted = client.delete_input().input_id(id).send().await;
            tolerant(deleted, &BUSY, "delete an input")
        }
        Leftover::SecurityGroup { id, state: InputSecurityGroupState::Idle } => {
            let deleted = client.delete_input_security_group().input_security_group_id(id);
            tolerant(deleted.send().await, &BUSY, "delete an input security group")
        }
        Leftover::Input { .. } | Leftover::SecurityGroup { .. } => Ok(()),
    }
}

/// Refusals that mean that the state has changed since the look; the next look tells.
const CHANGED: [u16; 2] = [404, 409];
/// The same for what may be in use, which is 400 to some (docs/fidelity.md).
const BUSY: [u16; 3] = [400, 404, 409];

fn tolerant<T, E>(
    called: Result<T, aws_sdk_medialive::error::SdkError<E>>,
    expected: &[u16],
    attempted: &str,
) -> Result<(), Unanswered>
where
    E: aws_sdk_medialive::error::ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match called {
        Ok(_) => Ok(()),
        Err(error) => match error.raw_response().map(|it| it.status().as_u16()) {
            Some(status) if expected.contains(&status) => Ok(()),
            _ => Err(unanswered(attempted, &error)),
        },
    }
}

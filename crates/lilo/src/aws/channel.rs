//! The MediaLive channel of a loop.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_medialive::operation::describe_channel::{DescribeChannelError, DescribeChannelOutput};
use aws_sdk_medialive::types::{
    ChannelEgressEndpoint, ChannelState, ChannelSummary, OutputDestination,
};
use jiff::Timestamp;
use lilo_lifecycle::channel::reconcile::{Action, Look, next};
use lilo_lifecycle::channel::{self, ChannelClass};
use lilo_lifecycle::{LiloTags, Step, Tags};
use tokio::time::{Instant, sleep};

use super::Aws;
use super::failure::failed;
use crate::Error;
use crate::ui::screen::Screen;

/// The interval between two polls.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// A channel takes minutes to start; one whose event got lost waits up to five minutes for the next
/// sweep.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);

/// A channel as MediaLive describes it.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) state: ChannelState,
    pub(crate) tags: Tags,
    /// The stream's source addresses.
    pub(crate) egress: Vec<String>,
    /// The stream's destination URLs.
    pub(crate) destinations: Vec<String>,
}

impl Channel {
    /// Whether it is billed as a running channel.
    pub(crate) fn runs(&self) -> bool {
        matches!(self.state, ChannelState::Running | ChannelState::Recovering)
    }

    /// When the cost guard stops it.
    pub(crate) fn stop_at(&self) -> Option<Timestamp> {
        LiloTags::from(&self.tags).stop_at()
    }

    /// The start of the run, according to the cost guard.
    pub(crate) fn running_since(&self) -> Option<Timestamp> {
        LiloTags::from(&self.tags).running_since
    }

    /// Whether it runs, or will start automatically.
    pub(crate) fn runs_or_will_start(&self) -> bool {
        match self.state {
            ChannelState::Creating
            | ChannelState::Starting
            | ChannelState::Running
            | ChannelState::Recovering
            | ChannelState::Updating => true,
            _ => {
                let tags = LiloTags::from(&self.tags);
                tags.start_is_wanted() || tags.ran_before_update
            }
        }
    }

    fn shown(
        id: Option<String>,
        state: Option<ChannelState>,
        tags: Option<HashMap<String, String>>,
        egress: Option<Vec<ChannelEgressEndpoint>>,
        destinations: Option<Vec<OutputDestination>>,
    ) -> Self {
        let urls = destinations.unwrap_or_default().into_iter();
        let urls = urls.flat_map(|it| it.settings.unwrap_or_default());
        Self {
            id: id.unwrap_or_default(),
            state: state.unwrap_or(ChannelState::from("")),
            tags: tags.unwrap_or_default().into_iter().collect(),
            egress: egress.unwrap_or_default().into_iter().filter_map(|it| it.source_ip).collect(),
            destinations: urls.filter_map(|settings| settings.url).collect(),
        }
    }

    /// What the starter's next sweep would do to it.
    pub(crate) fn due_action(&self, now: Timestamp) -> Option<Action> {
        let channel = channel::Channel {
            id: self.id.clone(),
            state: self.state.as_str().parse().ok()?,
            tags: self.tags.clone(),
            // The decision reads none of these.
            arn: String::new(),
            class: ChannelClass::SinglePipeline,
            input_ids: Vec::new(),
        };
        match next(Some(&channel), Look { now, stopped_at: None }) {
            Step::Perform(action) => Some(action),
            Step::Wait(_) | Step::Finished | Step::Failed(_) => None,
        }
    }
}

impl From<ChannelSummary> for Channel {
    fn from(it: ChannelSummary) -> Self {
        Self::shown(it.id, it.state, it.tags, it.egress_endpoints, it.destinations)
    }
}

impl From<DescribeChannelOutput> for Channel {
    fn from(it: DescribeChannelOutput) -> Self {
        Self::shown(it.id, it.state, it.tags, it.egress_endpoints, it.destinations)
    }
}

impl Aws {
    /// Every channel of the Region that is not DELETED, other people's included.
    pub(crate) async fn channels(&self) -> Result<Vec<Channel>, Error> {
        let mut pages = self.medialive.list_channels().into_paginator().items().send();
        let mut channels = Vec::new();
        while let Some(channel) = pages.next().await {
            let channel = channel.map_err(|error| failed(error, "list the channels"))?;
            channels.push(Channel::from(channel));
        }
        channels.retain(|channel| channel.state != ChannelState::Deleted);
        Ok(channels)
    }

    /// The channel with this id; `None` if it is missing or DELETED.
    pub(crate) async fn channel(&self, id: &str) -> Result<Option<Channel>, Error> {
        match self.medialive.describe_channel().channel_id(id).send().await {
            Ok(found) => {
                Ok(Some(Channel::from(found))
                    .filter(|channel| channel.state != ChannelState::Deleted))
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DescribeChannelError::is_not_found_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(failed(error, format!("look at the channel {id}"))),
        }
    }

    pub(crate) async fn start_channel(&self, id: &str) -> Result<(), Error> {
        let call = self.medialive.start_channel().channel_id(id).send().await;
        call.map(drop).map_err(|error| failed(error, format!("start the channel {id}")))
    }

    pub(crate) async fn stop_channel(&self, id: &str) -> Result<(), Error> {
        let call = self.medialive.stop_channel().channel_id(id).send().await;
        call.map(drop).map_err(|error| failed(error, format!("stop the channel {id}")))
    }

    /// Waits until the channel reaches the state `wanted`, or will not reach it automatically;
    /// `None` if it is gone.
    ///
    /// # Errors
    /// When it takes longer than [`MAX_WAIT`].
    pub(crate) async fn wait_for(
        &self,
        id: &str,
        wanted: &ChannelState,
        screen: &mut Screen,
    ) -> Result<Option<Channel>, Error> {
        let since = Instant::now();
        loop {
            let Some(channel) = self.channel(id).await? else { return Ok(None) };
            let over = match wanted {
                ChannelState::Running => !channel.runs_or_will_start(),
                _ => false,
            };
            if channel.state == *wanted || over {
                screen.end(id);
                return Ok(Some(channel));
            }
            let state = channel.state.as_str();
            if since.elapsed() > MAX_WAIT {
                return Err(Error::ChannelTakesLong {
                    id: id.to_owned(),
                    state: state.to_owned(),
                    wanted: wanted.as_str().to_owned(),
                });
            }
            screen.begin(id, format!("channel {id} is {state}"));
            sleep(POLL_INTERVAL).await;
        }
    }
}

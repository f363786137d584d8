//! The one channel, brought into the state that a check needs.

use aws_sdk_medialive::error::SdkError;
use aws_sdk_medialive::operation::create_channel::{CreateChannelError, CreateChannelOutput};
use aws_sdk_medialive::types::ChannelState;
use tokio::time::Instant;

use super::settings::ChannelRequest;
use super::{FIRST_GAP, Lab, RUN_LIMIT, START_LIMIT, STATE_LIMIT, Use, channel_state};
use crate::answer::{Answer, Unanswered, refusal, unanswered};
use crate::gaps::Gaps;

/// What is special about a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Nothing.
    Plain,
    /// Its destination is a name that nobody has.
    NamedDestination,
}

/// The state that a check needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Creating,
    Idle,
    Running,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Plain, Self::NamedDestination];

    fn change(self, request: &mut ChannelRequest) {
        match self {
            Self::Plain => {}
            // RFC 2606: nobody has a name under .invalid.
            Self::NamedDestination => request.urls = vec!["rtp://receiver.invalid:5000".to_owned()],
        }
    }
}

impl Lab<'_> {
    /// The id of a channel of this kind in this state. Deletes one of another kind.
    pub(crate) async fn channel(
        &mut self,
        kind: Kind,
        wanted: Wanted,
    ) -> Result<String, Unanswered> {
        if let Some(reason) = self.given_up.get(&kind) {
            return Err(reason.clone());
        }
        let brought = self.bring(kind, wanted).await;
        if let Err(reason) = &brought
            && wanted != Wanted::Creating
        {
            // Another attempt would take as long as this one.
            self.given_up.insert(kind, reason.clone());
            self.remove_channel().await?;
        }
        brought
    }

    async fn bring(&mut self, kind: Kind, wanted: Wanted) -> Result<String, Unanswered> {
        if self.channel.as_ref().is_some_and(|(current, _)| *current != kind) {
            self.remove_channel().await?;
        }
        let (id, state) = match self.living_channel().await? {
            Some(found) => found,
            None if wanted == Wanted::Creating => {
                (self.create(kind).await?, ChannelState::Creating)
            }
            None => {
                let since = Instant::now();
                let id = self.create(kind).await?;
                self.come_to_rest(&id).await?;
                self.measure("CreateChannel to IDLE", since);
                (id, ChannelState::Idle)
            }
        };
        match (wanted, &state) {
            (Wanted::Creating, ChannelState::Creating) | (Wanted::Idle, ChannelState::Idle) => {}
            (Wanted::Creating, _) => {
                return Err(Unanswered("the channel was no longer CREATING".to_owned()));
            }
            (Wanted::Idle, state) if works(state) => self.stop(&id).await?,
            (Wanted::Idle, _) => self.come_to_rest(&id).await?,
            // MediaLive may have accepted a call that it was expected to refuse.
            (Wanted::Running, state) if works(state) => self.keep_running(&id).await?,
            (Wanted::Running, _) => {
                self.come_to_rest(&id).await?;
                self.start(&id).await?;
            }
        }
        Ok(id)
    }

    /// Waits until the channel is IDLE; stops it if it works.
    async fn come_to_rest(&mut self, id: &str) -> Result<(), Unanswered> {
        let (since, mut gaps) = (Instant::now(), Gaps::new(FIRST_GAP));
        loop {
            match channel_state(self.client, id).await? {
                ChannelState::Idle => return Ok(()),
                state if works(&state) => return self.stop(id).await,
                state if since.elapsed() > STATE_LIMIT => {
                    return Err(Unanswered(format!("the channel is still {state}, not IDLE")));
                }
                state => self.step(&format!("the channel is {state}")),
            }
            gaps.wait().await;
        }
    }

    /// The channel with its state, unless there is none, or it is on its way out.
    async fn living_channel(&mut self) -> Result<Option<(String, ChannelState)>, Unanswered> {
        let Some((_, id)) = self.channel.clone() else { return Ok(None) };
        let state = channel_state(self.client, &id).await?;
        if matches!(
            state,
            ChannelState::Deleting
                | ChannelState::Deleted
                | ChannelState::CreateFailed
                | ChannelState::UpdateFailed
        ) {
            self.remove_channel().await?;
            return Ok(None);
        }
        Ok(Some((id, state)))
    }

    /// Waits until a channel runs that was started already.
    async fn keep_running(&mut self, id: &str) -> Result<(), Unanswered> {
        if self.time_left().is_some_and(|left| left.is_zero()) {
            let minutes = RUN_LIMIT.as_secs() / 60;
            return Err(Unanswered(format!(
                "the channel ran for {minutes} minutes, which is the limit"
            )));
        }
        self.stop_at.get_or_insert_with(|| Instant::now() + RUN_LIMIT);
        self.wait_for(id, &ChannelState::Running, START_LIMIT).await
    }

    /// A request for a channel that plays this input.
    pub(crate) fn channel_request(&self, input: &str) -> ChannelRequest {
        ChannelRequest::new(&self.name("channel"), input, &self.place.destination)
    }

    async fn create(&mut self, kind: Kind) -> Result<String, Unanswered> {
        let input = self.input(Use::Played).await?;
        let mut request = self.channel_request(&input);
        kind.change(&mut request);
        self.step("creating a channel");
        let created = self.send(request).await.map_err(|it| unanswered("create a channel", &it))?;
        let id = created.channel.and_then(|channel| channel.id).unwrap_or_default();
        self.words.learn(&id, "CHANNEL");
        self.channel = Some((kind, id.clone()));
        Ok(id)
    }

    pub(crate) async fn send(
        &self,
        request: ChannelRequest,
    ) -> Result<CreateChannelOutput, SdkError<CreateChannelError>> {
        let request = request.builder().set_role_arn(self.place.role.clone());
        Box::pin(request.set_tags(Some(self.tags())).send_with(self.client)).await
    }

    /// Asks for a channel that MediaLive is expected to refuse. One that it makes is deleted.
    pub(crate) async fn try_to_create(
        &mut self,
        change: impl FnOnce(&mut ChannelRequest),
    ) -> Answer {
        let input = self.input(Use::Spare).await?;
        let mut request = self.channel_request(&input);
        change(&mut request);
        let dry_run = request.dry_run;
        match self.send(request).await {
            Err(error) => refusal(&error),
            Ok(created) => {
                let id = created.channel.and_then(|channel| channel.id);
                if let Some(id) = id.filter(|_| !dry_run) {
                    self.delete(&id).await?;
                }
                Ok("accepted".to_owned())
            }
        }
    }

    /// The ids of this run's channels that are not DELETED.
    pub(crate) async fn own_channels(&self) -> Result<Vec<String>, Unanswered> {
        let pages = self.client.list_channels().into_paginator().items().send();
        let listed = pages.try_collect().await;
        let listed = listed.map_err(|error| unanswered("list the channels", &error))?;
        let tags = self.tags();
        let own = listed.into_iter().filter(|it| it.tags() == Some(&tags));
        let own = own.filter(|it| it.state != Some(ChannelState::Deleted));
        Ok(own.filter_map(|it| it.id).collect())
    }

    async fn start(&mut self, id: &str) -> Result<(), Unanswered> {
        let since = Instant::now();
        let started = self.client.start_channel().channel_id(id).send().await;
        started.map_err(|error| unanswered("start the channel", &error))?;
        self.wait_for(id, &ChannelState::Running, START_LIMIT).await?;
        self.measure("StartChannel to RUNNING", since);
        self.stop_at = Some(Instant::now() + RUN_LIMIT);
        Ok(())
    }

    async fn stop(&mut self, id: &str) -> Result<(), Unanswered> {
        let since = Instant::now();
        let stopped = self.client.stop_channel().channel_id(id).send().await;
        stopped.map_err(|error| unanswered("stop the channel", &error))?;
        self.stop_at = None;
        self.wait_for(id, &ChannelState::Idle, STATE_LIMIT).await?;
        self.measure("StopChannel to IDLE", since);
        Ok(())
    }

    /// Deletes the channel, if there is one, in whatever state it is. One that cannot be deleted
    /// stays the channel, so that there is no other beside it.
    pub(crate) async fn remove_channel(&mut self) -> Result<(), Unanswered> {
        let Some((_, id)) = self.channel.clone() else { return Ok(()) };
        match channel_state(self.client, &id).await? {
            state if works(&state) => self.stop(&id).await?,
            ChannelState::Creating | ChannelState::Updating | ChannelState::Stopping => {
                self.come_to_rest(&id).await?;
            }
            _ => {}
        }
        self.stop_at = None;
        self.delete(&id).await?;
        self.channel = None;
        Ok(())
    }

    pub(crate) async fn delete(&mut self, id: &str) -> Result<(), Unanswered> {
        let state = channel_state(self.client, id).await?;
        if state == ChannelState::Creating {
            self.come_to_rest(id).await?;
        }
        let since = Instant::now();
        if !matches!(state, ChannelState::Deleting | ChannelState::Deleted) {
            let deleted = self.client.delete_channel().channel_id(id).send().await;
            deleted.map_err(|error| unanswered("delete the channel", &error))?;
        }
        self.wait_until_deleted(id).await?;
        self.measure("DeleteChannel to DELETED", since);
        Ok(())
    }

    /// For a channel whose deletion MediaLive has accepted.
    pub(crate) async fn wait_until_deleted(&mut self, id: &str) -> Result<(), Unanswered> {
        self.wait_for(id, &ChannelState::Deleted, STATE_LIMIT).await?;
        self.deleted_channel.get_or_insert_with(|| id.to_owned());
        Ok(())
    }
}

/// Whether it is billed as a running channel, or will be.
fn works(state: &ChannelState) -> bool {
    matches!(state, ChannelState::Starting | ChannelState::Running | ChannelState::Recovering)
}

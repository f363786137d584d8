//! Update: in place, with as little interruption as possible.

use std::cell::Cell;

use jiff::Timestamp;
use lilo_custom_resource::{Data, Request, property};
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::update::{Action, Settings, Wanted, next};
use lilo_lifecycle::tags::{
    self, AUTO_START, AutoStart, CHANGING, REQUESTED_AT, RUN_STATE, RUNNING, SETTINGS,
    STOP_AFTER_HOURS, Tags,
};
use lilo_lifecycle::{LiloTags, medialive_id};
use lilo_medialive::{ChannelSpec, Error as MediaLiveError, MediaLive};
use lilo_runtime::{Deadline, reconcile};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    old: &Map<String, Value>,
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let id = medialive_id(physical_id).ok_or_else(|| Error::NoSuchChannel(physical_id.into()))?;
    let change = Change::between(old, request)?;
    let updated = reconcile(
        deadline,
        None,
        async || medialive.describe_channel(id).await,
        |seen, _| next(&request.identity, id, change.wanted(seen), seen),
        async |action, channel| change.act(action, channel, medialive).await,
    )
    .await?;
    Ok(updated.map(|channel| Data::from([("Arn", channel.arn)])).unwrap_or_default())
}

/// What the new properties ask for, and how far that has come.
struct Change {
    requested_at: Timestamp,
    spec: ChannelSpec,
    /// Whether the old properties ask for anything else; old properties that cannot be read do.
    changed: bool,
    /// Whether they ask for other settings.
    settings_changed: bool,
    /// A person's tags in the old properties: those that the new ones lack are removed.
    old_tags: Tags,
    auto_start: bool,
    /// Whether MediaLive has said that it would accept the settings, or has accepted them.
    checked: Cell<bool>,
    accepted: Cell<bool>,
}

impl Change {
    fn between(old: &Map<String, Value>, request: &Request) -> Result<Self, Error> {
        let properties: Properties = property::read(&request.properties)?;
        let spec = properties.spec(&request.identity)?;
        let auto_start = properties.auto_start;
        let old: Option<Properties> = property::read(old).ok();
        let old = old.and_then(|old| Some((old.spec(&request.identity).ok()?, old.auto_start)));
        let changed = old.as_ref().is_none_or(|(old, start)| (old, *start) != (&spec, auto_start));
        let fingerprint = spec.fingerprint();
        let settings_changed = old.as_ref().is_none_or(|(old, _)| old.fingerprint() != fingerprint);
        let old_tags = old.map(|(old, _)| old.tags).unwrap_or_default();
        let requested_at = request.requested_at;
        let (checked, accepted) = (Cell::default(), Cell::default());
        Ok(Self {
            requested_at,
            spec,
            changed,
            settings_changed,
            old_tags,
            auto_start,
            checked,
            accepted,
        })
    }

    /// What MediaLive does not show yet.
    fn wanted(&self, seen: Option<&Channel>) -> Wanted {
        let settings = match seen {
            Some(channel) if self.has_settings(channel) => Settings::Same,
            Some(_) if self.checked.get() => Settings::Checked,
            Some(_) => Settings::Unchecked,
            None => Settings::Same,
        };
        Wanted {
            requested_at: self.requested_at,
            changed: self.changed,
            class: self.spec.class,
            settings,
            tags: seen.is_some_and(|channel| self.tags_of(channel) != Default::default()),
        }
    }

    /// Compares the fingerprint tag. If a person has removed it, compares the old and new
    /// properties: every change of settings writes the tag before anything else.
    fn has_settings(&self, channel: &Channel) -> bool {
        let shown = LiloTags::from(&channel.tags).settings;
        self.accepted.get()
            || shown.map_or(!self.settings_changed, |shown| shown == self.spec.fingerprint())
    }

    /// The start tag, if it is to become another. It stays `done` whatever AutoStart says
    /// afterwards: an Update does not tell a person's change from its rollback, and what a person
    /// has stopped must not start again.
    fn start_tag(&self, channel: &Channel) -> Option<AutoStart> {
        let tags = LiloTags::from(&channel.tags);
        let started = channel.is_live() || tags.ran_before_update;
        match self.auto_start {
            true if tags.start_was_never_wanted() && started => Some(AutoStart::Done),
            true if tags.start_was_never_wanted() => Some(AutoStart::True),
            false if tags.start_is_wanted() => Some(AutoStart::False),
            true | false => None,
        }
    }

    /// The tags to set and those to remove.
    fn tags_of(&self, channel: &Channel) -> (Tags, Vec<String>) {
        let mut wanted = self.spec.tags.clone();
        let start = self.start_tag(channel);
        wanted.extend(start.map(|start| (AUTO_START.into(), start.to_string())));
        if self.has_settings(channel) {
            wanted.insert(SETTINGS.into(), self.spec.fingerprint());
        }
        let mut old = self.old_tags.clone();
        // Whatever the old properties were.
        old.insert(STOP_AFTER_HOURS.to_owned(), String::new());
        tags::difference(&channel.tags, &old, &wanted)
    }

    /// Returns what MediaLive's answer shows. A write that another request has to see, and one that
    /// can be answered late, are followed by a look: another request may have begun meanwhile.
    async fn act(
        &self,
        action: Action,
        channel: &Channel,
        medialive: &MediaLive,
    ) -> Result<Option<Channel>, MediaLiveError> {
        let id = &channel.id;
        let tag = async |tags: Tags| {
            medialive.tag_channel(channel, &(tags, Vec::new())).await.map(|_| None)
        };
        let changing = || (SETTINGS.to_owned(), CHANGING.to_owned());
        match action {
            Action::Claim => {
                let requested_at = self.requested_at.as_second().to_string();
                tag([(REQUESTED_AT.into(), requested_at)].into()).await
            }
            Action::Validate => {
                self.validate(channel, medialive).await?;
                self.checked.set(true);
                Ok(None)
            }
            Action::MarkChanging => tag([changing()].into()).await,
            Action::RememberRunning => {
                let mut tags = Tags::from([(RUN_STATE.into(), RUNNING.into())]);
                tags.extend((!self.has_settings(channel)).then(changing));
                tag(tags).await
            }
            Action::UpdateSettings => {
                medialive.update_channel(id, &self.spec).await?;
                self.accepted.set(true);
                Ok(None)
            }
            Action::UpdateTags => {
                medialive.tag_channel(channel, &self.tags_of(channel)).await.map(Some)
            }
            Action::Stop => medialive.stop_channel(id).await.map(Some),
            Action::UpdateClass => medialive.update_channel_class(id, &self.spec).await.map(Some),
            Action::Start => medialive.start_channel(id).await.map(|_| None),
            Action::ForgetRunning => {
                let forget = (Tags::new(), vec![RUN_STATE.to_owned()]);
                medialive.tag_channel(channel, &forget).await.map(Some)
            }
        }
    }

    /// Asks MediaLive whether it would accept the settings. A conflict is no verdict: how MediaLive
    /// answers a dry run of a channel that is not IDLE is not documented.
    async fn validate(
        &self,
        channel: &Channel,
        medialive: &MediaLive,
    ) -> Result<(), MediaLiveError> {
        match medialive.validate_update(channel, &self.spec).await {
            Ok(()) | Err(MediaLiveError::Conflict { .. }) => Ok(()),
            // The channel was just seen, so something that the settings name is missing.
            Err(MediaLiveError::NotFound { operation, resource, message }) => {
                let code = "NotFoundException".to_owned();
                Err(MediaLiveError::Refused { operation, resource, status: 404, code, message })
            }
            Err(error) => Err(error),
        }
    }
}

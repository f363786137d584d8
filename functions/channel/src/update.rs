//! Update: in place, with as little interruption as it takes.

use std::cell::Cell;

use lilo_custom_resource::{Data, Done, Request, property};
use lilo_function::{Budget, drive};
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::update::{Action, Settings, Wanted, next};
use lilo_lifecycle::medialive_id;
use lilo_lifecycle::tags::{
    self, ASKED, AUTO_START, AutoStart, CHANGING, RUN_STATE, RUNNING, SETTINGS, STOP_AFTER_HOURS,
    STOP_AT, Tags,
};
use lilo_medialive::{ChannelSpec, Error as MediaLiveError, MediaLive};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    old: &Map<String, Value>,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let id = medialive_id(physical_id).ok_or_else(|| Error::NoSuchChannel(physical_id.into()))?;
    let change = Change::between(old, request)?;
    let checked = Cell::new(false);
    let updated = drive(
        budget,
        async || medialive.describe_channel(id).await,
        |seen, patience| next(id, change.wanted(seen, checked.get()), seen, patience),
        async |action, channel| {
            change.perform(action, channel, medialive).await?;
            checked.set(checked.get() || action == Action::Validate);
            Ok(())
        },
    )
    .await?;
    let data = updated.map(|channel| Data::from([("Arn", channel.arn)])).unwrap_or_default();
    Ok(data.into())
}

/// What the new properties ask for.
struct Change {
    spec: ChannelSpec,
    asked: u64,
    /// Those of the old properties, as far as they can be read: what of them is gone now is taken off the channel.
    old_tags: Tags,
    auto_start: bool,
}

impl Change {
    fn between(old: &Map<String, Value>, request: &Request) -> Result<Self, Error> {
        let properties: Properties = property::read(&request.properties)?;
        let spec = properties.spec(&request.identity)?;
        let old: Option<Properties> = property::read(old).ok();
        let old = old.and_then(|old| old.spec(&request.identity).ok());
        let old_tags = old.map(|old| old.tags).unwrap_or_default();
        Ok(Self { spec, asked: request.asked, old_tags, auto_start: properties.auto_start })
    }

    fn settings_are_shown(&self, channel: &Channel) -> bool {
        channel.tags.get(SETTINGS) == Some(&self.spec.fingerprint())
    }

    /// What MediaLive does not show yet.
    fn wanted(&self, seen: Option<&Channel>, checked: bool) -> Wanted {
        let settings = match seen {
            Some(channel) if !self.settings_are_shown(channel) && checked => Settings::Checked,
            Some(channel) if !self.settings_are_shown(channel) => Settings::Unchecked,
            Some(_) | None => Settings::Same,
        };
        Wanted {
            asked: self.asked,
            class: self.spec.class,
            settings,
            tags: seen.is_some_and(|channel| self.tags_of(channel) != Default::default()),
            start: seen.is_some_and(|channel| self.starts(channel)),
        }
    }

    /// Whether AutoStart was turned on: the channel's tag tells, as an event can come twice, or be a rollback's.
    fn starts(&self, channel: &Channel) -> bool {
        let off = AutoStart::False.as_str();
        self.auto_start && channel.tags.get(AUTO_START).is_some_and(|value| value == off)
    }

    fn tags_of(&self, channel: &Channel) -> (Tags, Vec<String>) {
        let mut wanted = self.spec.tags.clone();
        if self.starts(channel) {
            wanted.insert(AUTO_START.into(), AutoStart::Done.as_str().into());
        } else if !self.auto_start {
            wanted.insert(AUTO_START.into(), AutoStart::False.as_str().into());
        }
        let mut difference = tags::difference(&channel.tags, &self.old_tags, &wanted);
        // Another time to run begins with the next look of the sweep.
        if channel.tags.get(STOP_AFTER_HOURS) != wanted.get(STOP_AFTER_HOURS) {
            let surplus = [STOP_AFTER_HOURS, STOP_AT]
                .into_iter()
                .filter(|key| channel.tags.contains_key(*key) && !wanted.contains_key(*key));
            difference.1.extend(surplus.map(str::to_owned));
            difference.1.sort();
            difference.1.dedup();
        }
        difference
    }

    /// What a channel that is about to change carries.
    fn marks(&self, channel: &Channel) -> Tags {
        let mut tags = Tags::from([(ASKED.into(), self.asked.to_string())]);
        if !self.settings_are_shown(channel) {
            tags.insert(SETTINGS.into(), CHANGING.into());
        }
        tags
    }

    /// Asks MediaLive what it thinks of the settings. That the channel is not IDLE is no verdict: how MediaLive takes a dry run
    /// then is not documented.
    async fn validate(
        &self,
        channel: &Channel,
        medialive: &MediaLive,
    ) -> Result<(), MediaLiveError> {
        match medialive.validate_update(channel, &self.spec).await {
            Err(error) if error.is_unclear() => Err(error),
            Err(refused @ MediaLiveError::Refused { status: 403 | 422, .. }) => Err(refused),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    async fn perform(
        &self,
        action: Action,
        channel: &Channel,
        medialive: &MediaLive,
    ) -> Result<(), MediaLiveError> {
        let Channel { id, arn, .. } = channel;
        match action {
            Action::Validate => self.validate(channel, medialive).await,
            Action::MarkChanging => medialive.set_tags(arn, &self.marks(channel)).await,
            Action::RememberRunning => {
                let mut tags = self.marks(channel);
                tags.insert(RUN_STATE.into(), RUNNING.into());
                medialive.set_tags(arn, &tags).await
            }
            Action::Stop => medialive.stop_channel(id).await,
            Action::UpdateClass => medialive.update_channel_class(id, &self.spec).await,
            Action::UpdateSettings => {
                medialive.update_channel(channel, &self.spec).await?;
                medialive.set_tag(arn, SETTINGS, &self.spec.fingerprint()).await
            }
            Action::UpdateTags => medialive.change_tags(arn, &self.tags_of(channel)).await,
            Action::Start => medialive.start_channel(id).await,
            Action::ForgetRunning => medialive.remove_tags(arn, &[RUN_STATE.to_owned()]).await,
        }
    }
}

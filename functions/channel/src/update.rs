//! Update: in place, with as little interruption as it takes.

use std::cell::Cell;

use lilo_custom_resource::{Data, Request, property};
use lilo_function::{Budget, drive};
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::update::{Action, Wanted, next};
use lilo_lifecycle::tags::{self, AUTO_START, AutoStart, RUN_STATE, RUNNING, Tags};
use lilo_lifecycle::{Identity, medialive_id};
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
) -> Result<Data, Error> {
    let id = medialive_id(physical_id).ok_or_else(|| Error::NoSuchChannel(physical_id.into()))?;
    let change = Change::between(old, &request.properties, &request.identity)?;
    let settings = Cell::new(change.settings);
    let updated = drive(
        budget,
        async || medialive.describe_channel(id).await,
        |seen, patience| {
            let tags = seen.is_some_and(|channel| change.tags_of(channel) != Default::default());
            let start = seen.is_some_and(|channel| change.starts(channel));
            let class = change.spec.class;
            next(id, Wanted { class, settings: settings.get(), tags, start }, seen, patience)
        },
        async |action, channel| {
            change.perform(action, channel, medialive).await?;
            if action == Action::UpdateSettings {
                settings.set(false);
            }
            Ok(())
        },
    )
    .await?;
    Ok(updated.map(|channel| Data::from([("Arn", channel.arn)])).unwrap_or_default())
}

/// What the new properties ask for, and what of it differs from the old ones.
struct Change {
    spec: ChannelSpec,
    old_tags: Tags,
    settings: bool,
    auto_start: bool,
}

impl Change {
    /// Old properties that cannot be read any more count as different; ones that can, and are refused, were never applied:
    /// in a rollback the old properties are the refused ones.
    fn between(
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        identity: &Identity,
    ) -> Result<Self, Error> {
        let properties: Properties = property::read(new)?;
        let spec = properties.spec(identity)?;
        let old: Option<Properties> = property::read(old).ok();
        let readable = old.is_some();
        let old = old.and_then(|old| old.spec(identity).ok());
        let settings = match &old {
            Some(old) => {
                let (class, tags) = (spec.class, spec.tags.clone());
                ChannelSpec { class, tags, ..old.clone() } != spec
            }
            None => !readable,
        };
        let old_tags = old.map(|old| old.tags).unwrap_or_default();
        Ok(Self { spec, old_tags, settings, auto_start: properties.auto_start })
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
        tags::difference(&channel.tags, &self.old_tags, &wanted)
    }

    async fn perform(
        &self,
        action: Action,
        channel: &Channel,
        medialive: &MediaLive,
    ) -> Result<(), MediaLiveError> {
        let Channel { id, arn, .. } = channel;
        match action {
            Action::RememberRunning => medialive.set_tag(arn, RUN_STATE, RUNNING).await,
            Action::Stop => medialive.stop_channel(id).await,
            Action::UpdateClass => medialive.update_channel_class(id, &self.spec).await,
            Action::UpdateSettings => medialive.update_channel(id, &self.spec).await,
            Action::UpdateTags => medialive.change_tags(arn, &self.tags_of(channel)).await,
            Action::Start => medialive.start_channel(id).await,
            Action::ForgetRunning => medialive.remove_tags(arn, &[RUN_STATE.to_owned()]).await,
        }
    }
}

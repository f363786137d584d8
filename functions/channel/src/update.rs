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
            let (class, start) = (change.spec.class, change.start);
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
    /// AutoStart was turned on.
    start: bool,
}

impl Change {
    /// Old properties that cannot be read any more count as different.
    fn between(
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        identity: &Identity,
    ) -> Result<Self, Error> {
        let properties: Properties = property::read(new)?;
        let old: Option<Properties> = property::read(old).ok();
        let mut spec = properties.spec(identity)?;
        let old_spec = old.as_ref().and_then(|old| old.spec(identity).ok());
        let old_start = old.map(|old| old.auto_start);
        let same = old_spec.as_ref().is_some_and(|old| {
            let (class, tags) = (spec.class, spec.tags.clone());
            ChannelSpec { class, tags, ..old.clone() } == spec
        });
        match (old_start, properties.auto_start) {
            (Some(false), true) => {
                spec.tags.insert(AUTO_START.into(), AutoStart::Done.as_str().into());
            }
            (Some(true) | None, false) => {
                spec.tags.insert(AUTO_START.into(), AutoStart::False.as_str().into());
            }
            (Some(true) | None, true) | (Some(false), false) => {}
        }
        let old_tags = old_spec.map(|old| old.tags).unwrap_or_default();
        let start = old_start == Some(false) && properties.auto_start;
        Ok(Self { spec, old_tags, settings: !same, start })
    }

    fn tags_of(&self, channel: &Channel) -> (Tags, Vec<String>) {
        tags::difference(&channel.tags, &self.old_tags, &self.spec.tags)
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
            Action::UpdateTags => {
                let (missing, surplus) = self.tags_of(channel);
                if !missing.is_empty() {
                    medialive.set_tags(arn, &missing).await?;
                }
                if !surplus.is_empty() {
                    medialive.remove_tags(arn, &surplus).await?;
                }
                Ok(())
            }
            Action::Start => medialive.start_channel(id).await,
            Action::ForgetRunning => medialive.remove_tags(arn, &[RUN_STATE.to_owned()]).await,
        }
    }
}

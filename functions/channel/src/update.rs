//! Update: in place, with as little interruption as it takes.

use std::cell::Cell;

use lilo_custom_resource::{Data, Done, Request, property};
use lilo_function::{Budget, drive};
use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::channel::update::{Action, Settings, Wanted, next};
use lilo_lifecycle::medialive_id;
use lilo_lifecycle::tags::{
    self, ASKED, AUTO_START, AutoStart, CHANGING, RUN_STATE, RunState, SETTINGS, STOP_AFTER_HOURS,
    Tags,
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
    /// Whether the old properties ask for anything else; those that cannot be read any more do.
    changed: bool,
    /// Whether they ask for other settings.
    resettles: bool,
    /// Those of the old properties, as far as they can be read: what of them is gone now is taken off the channel.
    old_tags: Tags,
    auto_start: bool,
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
        let resettles = old.as_ref().is_none_or(|(old, _)| old.fingerprint() != fingerprint);
        let old_tags = old.map(|(old, _)| old.tags).unwrap_or_default();
        Ok(Self { spec, asked: request.asked, changed, resettles, old_tags, auto_start })
    }

    /// The tag tells; where a person has taken it off, the properties do, as no update has begun without it.
    fn settings_are_shown(&self, channel: &Channel) -> bool {
        let shown = channel.tags.get(SETTINGS);
        shown.map_or(!self.resettles, |shown| *shown == self.spec.fingerprint())
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
            changed: self.changed,
            class: self.spec.class,
            settings,
            tags: seen.is_some_and(|channel| self.tags_of(channel) != Default::default()),
            auto_start: self.auto_start,
        }
    }

    /// The start tag, if it is to become another. It stays `done` whatever AutoStart says afterwards: in a rollback that looks as
    /// if a person had turned it on or off, and a channel that was started once is a person's business.
    fn start_tag(&self, channel: &Channel) -> Option<AutoStart> {
        let undone = tags::run_state(&channel.tags) == Some(RunState::Idle);
        match self.auto_start {
            true if tags::start_is_unwanted(&channel.tags) => Some(AutoStart::Done),
            false if undone || tags::want_start(&channel.tags) => Some(AutoStart::False),
            true | false => None,
        }
    }

    fn tags_of(&self, channel: &Channel) -> (Tags, Vec<String>) {
        let mut wanted = self.spec.tags.clone();
        let start = self.start_tag(channel);
        wanted.extend(start.map(|start| (AUTO_START.into(), start.as_str().into())));
        if !channel.tags.contains_key(SETTINGS) && !self.resettles {
            wanted.insert(SETTINGS.into(), self.spec.fingerprint());
        }
        let mut difference = tags::difference(&channel.tags, &self.old_tags, &wanted);
        // Whatever the old properties were.
        let limited = channel.tags.contains_key(STOP_AFTER_HOURS);
        if limited && !wanted.contains_key(STOP_AFTER_HOURS) {
            difference.1.push(STOP_AFTER_HOURS.to_owned());
            difference.1.sort();
            difference.1.dedup();
        }
        difference
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
            Action::Claim => medialive.set_tag(arn, ASKED, &self.asked.to_string()).await,
            Action::MarkChanging => medialive.set_tag(arn, SETTINGS, CHANGING).await,
            Action::RememberRunning => {
                let mut tags = Tags::from([(RUN_STATE.into(), RunState::Running.to_string())]);
                if !self.settings_are_shown(channel) {
                    tags.insert(SETTINGS.into(), CHANGING.into());
                }
                medialive.set_tags(arn, &tags).await
            }
            Action::RememberIdle => {
                medialive.set_tag(arn, RUN_STATE, &RunState::Idle.to_string()).await
            }
            Action::Stop => medialive.stop_channel(id).await,
            Action::UpdateClass => medialive.update_channel_class(id, &self.spec).await,
            Action::UpdateSettings => {
                medialive.update_channel(channel, &self.spec).await?;
                // It may have been answered late, and another update have gone by: the next look ends this one then.
                let now = medialive.describe_channel(id).await?;
                if tags::are_newer(&now.tags, self.asked) {
                    return Ok(());
                }
                medialive.set_tag(arn, SETTINGS, &self.spec.fingerprint()).await
            }
            Action::UpdateTags => medialive.change_tags(arn, &self.tags_of(channel)).await,
            Action::Start => medialive.start_channel(id).await,
            Action::ForgetRunState => medialive.remove_tags(arn, &[RUN_STATE.to_owned()]).await,
        }
    }
}

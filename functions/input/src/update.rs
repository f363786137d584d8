//! Update: in place, while the channel that plays the input is stopped.

use std::cell::Cell;

use lilo_custom_resource::{Data, Request, property};
use lilo_lifecycle::input::Attachment;
use lilo_lifecycle::input::update::{Action, Wanted, next};
use lilo_lifecycle::medialive_id;
use lilo_lifecycle::tags::{self, REQUESTED_AT, RUN_STATE, RUNNING, Tags};
use lilo_medialive::{Error as MediaLiveError, InputSpec, MediaLive};
use lilo_runtime::{Deadline, reconcile};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::observe::observe;
use crate::properties::Properties;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    old: &Map<String, Value>,
    deadline: Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let id = medialive_id(physical_id).ok_or_else(|| Error::NoSuchInput(physical_id.into()))?;
    let change = Change::between(old, request)?;
    let updated = reconcile(
        deadline,
        None,
        async || observe(id, medialive).await,
        |seen, _| next(&request.identity, id, change.wanted(seen), seen),
        async |action, seen| change.act(action, seen, medialive).await.map(Some),
    )
    .await?;
    Ok(updated.map(|seen| Data::from([("Arn", seen.input.arn)])).unwrap_or_default())
}

/// What the new properties ask for, and how it differs from the old ones.
struct Change {
    spec: InputSpec,
    request: Request,
    /// Whether the old properties ask for anything else; old properties that cannot be read do.
    changed: bool,
    /// A person's tags in the old properties: those that the new ones lack are removed.
    old_tags: Tags,
    /// Whether UpdateInput may still have to be called: the old properties ask for other settings, and MediaLive has not
    /// accepted the new ones yet.
    settings: Cell<bool>,
}

impl Change {
    fn between(old: &Map<String, Value>, request: &Request) -> Result<Self, Error> {
        let identity = &request.identity;
        let spec = property::read::<Properties>(&request.properties)?.spec(identity)?;
        let old: Option<Properties> = property::read(old).ok();
        let old = old.and_then(|old| old.spec(identity).ok());
        let changed = old.as_ref() != Some(&spec);
        let settings = old
            .as_ref()
            .is_none_or(|old| InputSpec { tags: spec.tags.clone(), ..old.clone() } != spec);
        let old_tags = old.map(|old| old.tags).unwrap_or_default();
        let (request, settings) = (request.clone(), Cell::new(settings));
        Ok(Self { spec, request, changed, old_tags, settings })
    }

    /// What MediaLive does not show yet.
    fn wanted(&self, seen: Option<&Attachment>) -> Wanted {
        let differs = |seen: &Attachment| !self.spec.is_shown(&seen.input.settings);
        Wanted {
            requested_at: self.request.requested_at,
            changed: self.changed,
            settings: self.settings.get() && seen.is_some_and(differs),
            tags: seen.is_some_and(|seen| self.tags_of(seen) != Default::default()),
        }
    }

    /// The tags to set and those to remove.
    fn tags_of(&self, seen: &Attachment) -> (Tags, Vec<String>) {
        tags::difference(&seen.input.tags, &self.old_tags, &self.spec.tags)
    }

    async fn act(
        &self,
        action: Action,
        seen: &Attachment,
        medialive: &MediaLive,
    ) -> Result<Attachment, MediaLiveError> {
        let mut after = seen.clone();
        let input = &seen.input;
        let channel = || seen.channel.as_ref().expect("decided on with a channel in sight");
        match action {
            Action::Claim => {
                let requested_at = self.request.requested_at.as_second().to_string();
                let tags = Tags::from([(REQUESTED_AT.into(), requested_at)]);
                after.input = medialive.tag_input(input, &(tags, Vec::new())).await?;
            }
            Action::RememberRunning => {
                let tags = Tags::from([(RUN_STATE.into(), RUNNING.into())]);
                let tagged = medialive.tag_channel(channel(), &(tags, Vec::new())).await?;
                after.channel = Some(tagged);
            }
            Action::StopChannel => {
                after.channel = Some(medialive.stop_channel(&channel().id).await?);
            }
            Action::UpdateSettings => {
                after.input = medialive.update_input(&input.id, &self.spec).await?;
                self.settings.set(false);
            }
            Action::UpdateTags => {
                after.input = medialive.tag_input(input, &self.tags_of(seen)).await?;
            }
            Action::StartChannel => {
                after.channel = Some(medialive.start_channel(&channel().id).await?);
            }
            Action::ForgetRunning => {
                let forget = (Tags::new(), vec![RUN_STATE.to_owned()]);
                after.channel = Some(medialive.tag_channel(channel(), &forget).await?);
            }
        }
        Ok(after)
    }
}

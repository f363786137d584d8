//! Update: in place, while the channel that plays the input is stopped.

use std::cell::Cell;

use jiff::Timestamp;
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
    deadline: &Deadline,
    medialive: &MediaLive,
) -> Result<Data, Error> {
    let id = medialive_id(physical_id).ok_or_else(|| Error::NoSuchInput(physical_id.into()))?;
    let change = Change::between(old, request)?;
    let updated = reconcile(
        deadline,
        None,
        async || observe(id, medialive).await,
        |seen, _| next(&request.identity, id, change.wanted(seen), seen),
        async |action, seen| change.act(action, seen, medialive).await,
    )
    .await?;
    Ok(updated.map(|seen| Data::from([("Arn", seen.input.arn)])).unwrap_or_default())
}

/// What the new properties ask for, and how it differs from the old ones.
struct Change {
    spec: InputSpec,
    requested_at: Timestamp,
    /// Whether the old properties ask for anything else; old properties that cannot be read do.
    changed: bool,
    /// A person's tags in the old properties: those that the new ones lack are removed.
    old_tags: Tags,
    /// Whether UpdateInput may still have to be called: the old properties ask for other settings,
    /// and MediaLive has not accepted the new ones yet.
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
        let (requested_at, settings) = (request.requested_at, Cell::new(settings));
        Ok(Self { spec, requested_at, changed, old_tags, settings })
    }

    /// What MediaLive does not show yet.
    fn wanted(&self, seen: Option<&Attachment>) -> Wanted {
        let differs = |seen: &Attachment| !self.spec.is_shown(&seen.input.settings);
        Wanted {
            requested_at: self.requested_at,
            changed: self.changed,
            settings: self.settings.get() && seen.is_some_and(differs),
            tags: seen.is_some_and(|seen| self.tags_of(seen) != Default::default()),
        }
    }

    /// The tags to set and those to remove.
    fn tags_of(&self, seen: &Attachment) -> (Tags, Vec<String>) {
        tags::difference(&seen.input.tags, &self.old_tags, &self.spec.tags)
    }

    /// Returns what MediaLive's answer shows. A write that another request has to see, and one that
    /// can be answered late, are followed by a look: another request may have begun meanwhile.
    async fn act(
        &self,
        action: Action,
        seen: &Attachment,
        medialive: &MediaLive,
    ) -> Result<Option<Attachment>, MediaLiveError> {
        let input = &seen.input;
        let channel = || seen.channel.as_ref().expect("decided on with a channel in sight");
        let after = match action {
            Action::Claim => {
                let requested_at = self.requested_at.as_second().to_string();
                let tags = Tags::from([(REQUESTED_AT.into(), requested_at)]);
                medialive.tag_input(input, &(tags, Vec::new())).await?;
                return Ok(None);
            }
            Action::RememberRunning => {
                let tags = Tags::from([(RUN_STATE.into(), RUNNING.into())]);
                medialive.tag_channel(channel(), &(tags, Vec::new())).await?;
                return Ok(None);
            }
            Action::UpdateSettings => {
                medialive.update_input(&input.id, &self.spec).await?;
                self.settings.set(false);
                return Ok(None);
            }
            Action::UpdateTags => {
                let input = medialive.tag_input(input, &self.tags_of(seen)).await?;
                return Ok(Some(Attachment { input, ..seen.clone() }));
            }
            Action::StopChannel => medialive.stop_channel(&channel().id).await?,
            Action::StartChannel => {
                medialive.start_channel(&channel().id).await?;
                return Ok(None);
            }
            Action::ForgetRunning => {
                let forget = (Tags::new(), vec![RUN_STATE.to_owned()]);
                medialive.tag_channel(channel(), &forget).await?
            }
        };
        // An answer without tags would read as another stack's channel.
        let channel = Some(after).filter(|channel| !channel.tags.is_empty());
        Ok(channel.map(|channel| Attachment { channel: Some(channel), ..seen.clone() }))
    }
}

//! Update: in place, while the channel that plays the input is stopped.

use std::cell::Cell;

use lilo_custom_resource::{Data, Done, Request, property};
use lilo_function::{Budget, ask, drive};
use lilo_lifecycle::input::replace::{is_needed, leftovers};
use lilo_lifecycle::input::update::{Action, Attachment, Wanted, next};
use lilo_lifecycle::medialive_id;
use lilo_lifecycle::tags::{self, ASKED, RUN_STATE, RunState, Tags};
use lilo_medialive::{Error as MediaLiveError, InputSpec, MediaLive, found};
use serde_json::{Map, Value};

use crate::delete::delete;
use crate::error::Error;
use crate::properties::Properties;
use crate::replace;

pub(crate) async fn run(
    request: &Request,
    physical_id: &str,
    old: &Map<String, Value>,
    budget: Budget,
    medialive: &MediaLive,
) -> Result<Done, Error> {
    let id = medialive_id(physical_id).ok_or_else(|| Error::NoSuchInput(physical_id.into()))?;
    let change = Change::between(old, request)?;
    let list = async || medialive.inputs_of(&request.identity).await;
    let of_resource = ask(budget, list).await.map_err(lilo_function::Error::from)?;
    let current = match of_resource.iter().find(|input| input.id == id) {
        Some(listed) => Some(listed.clone()),
        // A person may have taken the tags off by which it is listed.
        None => found(ask(budget, async || medialive.describe_input(id).await).await)
            .map_err(lilo_function::Error::from)?,
    };
    if current.is_some_and(|input| is_needed(&input, change.spec.sources.len())) {
        return replace::run(request, id, &change, &of_resource, budget, medialive).await;
    }
    let updated = change.carry_out(id, budget, medialive).await?;
    for leftover in leftovers(&of_resource, id) {
        delete(&leftover.id, &request.identity, budget, medialive).await?;
    }
    Ok(Data::from([("Arn", updated.input.arn)]).into())
}

/// The input, and the one channel that it can be attached to.
async fn observe(id: &str, medialive: &MediaLive) -> Result<Attachment, MediaLiveError> {
    let input = medialive.describe_input(id).await?;
    let channel = match input.attached_channels.first() {
        Some(channel) => Some(medialive.describe_channel(channel).await.map_err(contradicted)?),
        None => None,
    };
    Ok(Attachment { input, channel })
}

/// A channel that is not there holds no input. Which of the two is true, the next look shows: taken for no channel at all, one
/// that was stopped for the update would never be started again.
fn contradicted(error: MediaLiveError) -> MediaLiveError {
    match error {
        MediaLiveError::NotFound { operation, resource } => {
            let message = "it is not found, and yet plays the input".to_owned();
            MediaLiveError::Conflict { operation, resource, message }
        }
        error @ (MediaLiveError::Conflict { .. }
        | MediaLiveError::Throttled { .. }
        | MediaLiveError::Refused { .. }
        | MediaLiveError::Unknown { .. }) => error,
    }
}

/// What the new properties ask for, and what of it differs from the old ones.
pub(crate) struct Change {
    pub(crate) spec: InputSpec,
    asked: u64,
    changed: bool,
    old_tags: Tags,
    settings: bool,
}

impl Change {
    /// Old properties that cannot be read any more count as different. They do not say what MediaLive shows: in a rollback
    /// they are the ones that were refused.
    fn between(old: &Map<String, Value>, request: &Request) -> Result<Self, Error> {
        let (asked, identity) = (request.asked, &request.identity);
        let spec = property::read::<Properties>(&request.properties)?.spec(identity)?;
        let old: Option<Properties> = property::read(old).ok();
        let Some(old) = old.and_then(|old| old.spec(identity).ok()) else {
            let (changed, settings, old_tags) = (true, true, Tags::new());
            return Ok(Self { spec, asked, changed, old_tags, settings });
        };
        let changed = old != spec;
        let settings = InputSpec { tags: spec.tags.clone(), ..old.clone() } != spec;
        Ok(Self { spec, asked, changed, old_tags: old.tags, settings })
    }

    /// Has input `id` be as the new properties ask for.
    pub(crate) async fn carry_out(
        &self,
        id: &str,
        budget: Budget,
        medialive: &MediaLive,
    ) -> Result<Attachment, lilo_function::Error> {
        let settings = Cell::new(self.settings);
        let updated = drive(
            budget,
            async || observe(id, medialive).await,
            |seen: Option<&Attachment>, patience| {
                let differs = |seen: &Attachment| !self.spec.is_shown(&seen.input.settings);
                let wanted = Wanted {
                    asked: self.asked,
                    changed: self.changed,
                    settings: settings.get() && seen.is_some_and(differs),
                    tags: seen.is_some_and(|seen| self.tags_of(seen) != Default::default()),
                };
                next(id, wanted, seen, patience)
            },
            async |action, seen| {
                self.perform(action, seen, medialive).await?;
                if action == Action::UpdateSettings {
                    settings.set(false);
                }
                Ok(())
            },
        )
        .await?;
        Ok(updated.expect("an update never finishes with an input that is not there"))
    }

    fn tags_of(&self, seen: &Attachment) -> (Tags, Vec<String>) {
        tags::difference(&seen.input.tags, &self.old_tags, &self.spec.tags)
    }

    async fn perform(
        &self,
        action: Action,
        seen: &Attachment,
        medialive: &MediaLive,
    ) -> Result<(), MediaLiveError> {
        let (input, channel) = (&seen.input, seen.channel.as_ref());
        let channel = || channel.expect("decided on with a channel in sight");
        match action {
            Action::Claim => medialive.set_tag(&input.arn, ASKED, &self.asked.to_string()).await,
            Action::RememberRunning => {
                let running = RunState::Running.to_string();
                medialive.set_tag(&channel().arn, RUN_STATE, &running).await
            }
            Action::StopChannel => medialive.stop_channel(&channel().id).await,
            Action::UpdateSettings => medialive.update_input(&input.id, &self.spec).await,
            Action::UpdateTags => medialive.change_tags(&input.arn, &self.tags_of(seen)).await,
            Action::StartChannel => medialive.start_channel(&channel().id).await,
            Action::ForgetRunning => {
                medialive.remove_tags(&channel().arn, &[RUN_STATE.to_owned()]).await
            }
        }
    }
}

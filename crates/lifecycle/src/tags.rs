//! The tags by which LILO knows its own resources and remembers what it has done.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::Identity;

/// Tag keys and values of one resource.
pub type Tags = BTreeMap<String, String>;

/// ARN of the stack that made the resource. Create alone writes it.
pub const STACK_ID: &str = "lilo:stack-id";
/// The resource's name in that stack's template. Create alone writes it.
pub const LOGICAL_ID: &str = "lilo:logical-id";
/// Whether the channel is to be started: an [`AutoStart`].
pub const AUTO_START: &str = "lilo:auto-start";
/// The stack's name, for people; LILO's own tag.
pub const STACK_NAME: &str = "StackName";
/// Whose the resource is; the one tag that people choose. The functions have no right to set others
/// (infra/bootstrap.yaml).
pub const OWNER: &str = "Owner";

/// The command that drops the conditions on tags from the functions' rights, for an account where
/// MediaLive does not pass the tags to IAM. The functions check them all the same.
pub const CONDITIONS_OFF: &str = "lilo deploy --bootstrap-only --tag-conditions off";

/// On a channel that an update stops: that it ran before ([`RUNNING`]).
///
/// It is written before the channel is stopped, so that a crash in between does not read as a
/// person's stop.
pub const RUN_STATE: &str = "lilo:run-state";
/// The one value of [`RUN_STATE`].
pub const RUNNING: &str = "running";

/// A fingerprint of the settings that the channel has, or [`CHANGING`].
///
/// It tells an update that still has to be carried out from one that is delivered again. The
/// properties cannot: in a rollback the old ones are those that were refused.
pub const SETTINGS: &str = "lilo:settings";
/// The value of [`SETTINGS`] from before UpdateChannel until MediaLive has accepted it.
pub const CHANGING: &str = "changing";

/// When CloudFormation requested the creation or change that began last, in seconds since 1970. A
/// request from before that time has ended.
pub const REQUESTED_AT: &str = "lilo:asked";

/// Hours after which the channel is stopped; no such tag means never.
pub const STOP_AFTER_HOURS: &str = "lilo:stop-after-hours";
/// Since when the channel runs: UTC in RFC 3339. MediaLive does not tell.
pub const RUNNING_SINCE: &str = "lilo:running-since";

/// The value of [`AUTO_START`]: only `true` lets the starter start a channel, and no channel is
/// started twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum AutoStart {
    /// To be started once it exists.
    True,
    /// Nobody asked for a start.
    False,
    /// It has been started; from now on a person decides whether it runs.
    Done,
    /// Its Delete has begun.
    Off,
}

/// The tags that Create sets and nothing changes, and the time of the request.
#[must_use]
pub fn of_creation(identity: &Identity, requested_at: Timestamp) -> Tags {
    Tags::from([
        (STACK_ID.into(), identity.stack_id.clone()),
        (LOGICAL_ID.into(), identity.logical_id.clone()),
        (REQUESTED_AT.into(), requested_at.as_second().to_string()),
    ])
}

/// The tags for people: the stack's name, and their own (such as Owner).
#[must_use]
pub fn for_people(identity: &Identity, own: &Tags) -> Tags {
    let mut tags = own.clone();
    tags.insert(STACK_NAME.into(), identity.stack_name().into());
    tags
}

/// What is wrong with the first of a person's tags that cannot be set: the functions may set none
/// but [`OWNER`], and MediaLive takes fewer characters than the tags of other services.
#[must_use]
pub fn not_settable(own: &Tags) -> Option<String> {
    own.iter().find_map(|(key, value)| {
        if key != OWNER {
            return Some(format!("\"{key}\" is not {OWNER}, the one tag that can be set"));
        }
        let wrong = value.chars().find(|it| !is_for_a_tag(*it))?;
        Some(format!(
            "the value of {key} has \"{wrong}\" in it; MediaLive's tags take letters from A to Z, \
             digits, spaces and _ . : / = + - @ only"
        ))
    })
}

/// The characters of a tag's value. infra/loop.yaml has the same.
fn is_for_a_tag(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || " _.:/=+-@".contains(letter)
}

/// The tags to set and the keys to remove so that `seen` becomes as wanted: what `wanted` has and
/// `seen` has not, and the keys that only `old` has.
#[must_use]
pub fn difference(seen: &Tags, old: &Tags, wanted: &Tags) -> (Tags, Vec<String>) {
    let missing = wanted.iter().filter(|(key, value)| seen.get(*key) != Some(*value));
    let surplus = old.keys().filter(|key| seen.contains_key(*key) && !wanted.contains_key(*key));
    (missing.map(|(key, value)| (key.clone(), value.clone())).collect(), surplus.cloned().collect())
}

/// LILO's tags of one resource, parsed. A value that cannot be read counts as absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiloTags<'a> {
    stack_id: Option<&'a str>,
    logical_id: Option<&'a str>,
    auto_start: Option<AutoStart>,
    /// The value of [`SETTINGS`].
    pub settings: Option<&'a str>,
    /// Whether an update has stopped the channel, or is about to, and it ran before.
    pub ran_before_update: bool,
    requested_at: Option<i64>,
    stop_after: Option<SignedDuration>,
    /// Since when the channel runs.
    pub running_since: Option<Timestamp>,
}

impl<'a> From<&'a Tags> for LiloTags<'a> {
    fn from(tags: &'a Tags) -> Self {
        let text = |key| tags.get(key).map(String::as_str);
        let hours = |text: &str| SignedDuration::try_from_hours(text.parse().ok()?);
        Self {
            stack_id: text(STACK_ID),
            logical_id: text(LOGICAL_ID),
            auto_start: text(AUTO_START).and_then(|it| it.parse().ok()),
            settings: text(SETTINGS),
            ran_before_update: text(RUN_STATE) == Some(RUNNING),
            requested_at: text(REQUESTED_AT).and_then(|it| it.parse().ok()),
            stop_after: text(STOP_AFTER_HOURS).and_then(hours),
            running_since: text(RUNNING_SINCE).and_then(|it| it.parse().ok()),
        }
    }
}

impl LiloTags<'_> {
    /// Whether a stack of LILO's made the resource.
    #[must_use]
    pub fn name_a_stack(&self) -> bool {
        self.stack_id.is_some()
    }

    /// Whether this stack made the resource.
    #[must_use]
    pub fn name_stack_of(&self, identity: &Identity) -> bool {
        self.stack_id == Some(&identity.stack_id)
    }

    /// Whether it is this very resource of this very stack.
    #[must_use]
    pub fn belong_to(&self, identity: &Identity) -> bool {
        self.name_stack_of(identity) && self.logical_id == Some(&identity.logical_id)
    }

    /// Whether the starter is still to start the channel.
    #[must_use]
    pub fn start_is_wanted(&self) -> bool {
        self.auto_start == Some(AutoStart::True)
    }

    /// Whether AutoStart has been off so far.
    #[must_use]
    pub fn start_was_never_wanted(&self) -> bool {
        self.auto_start == Some(AutoStart::False)
    }

    /// Whether the channel's Delete has begun.
    #[must_use]
    pub fn delete_has_begun(&self) -> bool {
        self.auto_start == Some(AutoStart::Off)
    }

    /// Whether UpdateChannel has begun, and MediaLive may have accepted it or not.
    #[must_use]
    pub fn settings_are_changing(&self) -> bool {
        self.settings == Some(CHANGING)
    }

    /// Whether the creation or change that began last was requested at this time.
    #[must_use]
    pub fn requested_at(&self, time: Timestamp) -> bool {
        self.requested_at == Some(time.as_second())
    }

    /// Whether the creation or change that began last was requested after this time.
    #[must_use]
    pub fn requested_after(&self, time: Timestamp) -> bool {
        self.requested_at.is_some_and(|last| last > time.as_second())
    }

    /// Whether the channel has run for its StopAfterHours.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.stop_at().is_some_and(|due| due <= now)
    }

    /// When the channel is to be stopped; `None` while it does not run, or if it has no limit.
    #[must_use]
    pub fn stop_at(&self) -> Option<Timestamp> {
        self.running_since?.checked_add(self.stop_after?).ok()
    }

    /// How long the channel may run; `None` for ever.
    #[must_use]
    pub fn stop_after(&self) -> Option<SignedDuration> {
        self.stop_after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_belongs_to_the_stack_and_logical_id_in_its_tags() {
        let identity = Identity {
            stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
            logical_id: "Channel".into(),
        };
        let now = Timestamp::UNIX_EPOCH;
        let own = Tags::from([("Owner".to_owned(), "Client".to_owned())]);
        let mut all = for_people(&identity, &own);
        all.extend(of_creation(&identity, now));

        let tags = LiloTags::from(&all);

        assert!(tags.belong_to(&identity) && tags.requested_at(now) && !tags.start_is_wanted());
        assert_eq!((all["Owner"].as_str(), all["StackName"].as_str()), ("Client", "news"));
        let other = Identity { logical_id: "Input".into(), ..identity };
        assert!(tags.name_stack_of(&other) && !tags.belong_to(&other));
    }

    #[test]
    fn tags_of_other_people_are_left_alone() {
        let tags = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let seen: Tags = tags(&[("Owner", "a"), ("Team", "x"), ("Theirs", "y")]);
        let old = tags(&[("Owner", "a"), ("Team", "x")]);

        let (missing, surplus) = difference(&seen, &old, &tags(&[("Owner", "b"), ("Cost", "1")]));

        assert_eq!(missing, tags(&[("Owner", "b"), ("Cost", "1")]));
        assert_eq!(surplus, ["Team"]);
    }
}

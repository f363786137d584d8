//! The tags by which LILO knows its own resources and remembers what it has done.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::Identity;

/// Tag keys and values of one resource.
pub type Tags = BTreeMap<String, String>;

/// ARN of the stack that made the resource. What carries it is ours.
pub const STACK_ID: &str = "lilo:stack-id";
/// The resource's name in that stack's template.
pub const LOGICAL_ID: &str = "lilo:logical-id";
/// Whether the channel is to be started; see [`AutoStart`].
pub const AUTO_START: &str = "lilo:auto-start";
/// The stack's name, for people; LILO's own tag.
pub const STACK_NAME: &str = "StackName";
/// Whose the resource is; the one tag that people choose. The functions have no right to set others (infra/bootstrap.yaml).
pub const OWNER: &str = "Owner";

/// The run state that an update found, of a channel that it stops or starts: a [`RunState`], or no such tag.
///
/// It is written before the channel is stopped, so that a crash in between does not read as a person's stop, and before it is
/// started, so that a rollback stops it again.
pub const RUN_STATE: &str = "lilo:run-state";

/// The value of [`RUN_STATE`]; it is what is displayed and parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum RunState {
    /// It is started again when the update is over.
    Running,
    /// It is started by the update, as AutoStart was turned on.
    Idle,
}

/// Which settings the channel has: a fingerprint of those that it was made or last updated with, or [`CHANGING`].
///
/// It tells an update that still has to be carried out from one that is delivered again. The properties cannot: in a rollback
/// the old ones are those that were refused.
pub const SETTINGS: &str = "lilo:settings";
/// The value of [`SETTINGS`] from before an update until MediaLive has taken it: what the channel has is not known then.
pub const CHANGING: &str = "changing";

/// When CloudFormation asked for the creation or change that was last begun, in seconds since 1970: what it asked for before is
/// over, also if it comes once more or still runs.
pub const ASKED: &str = "lilo:asked";

/// Hours after which the channel is stopped; no such tag means never.
pub const STOP_AFTER_HOURS: &str = "lilo:stop-after-hours";
/// Since when the channel runs: UTC in RFC 3339. MediaLive does not tell.
pub const RUNNING_SINCE: &str = "lilo:running-since";

/// On an input: the id of the one whose place it took. While no channel plays it, it goes with the other.
pub const REPLACES: &str = "lilo:replaces";

/// The value of [`AUTO_START`]: only `true` lets the starter start a channel, and no channel is started twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoStart {
    /// To be started once it exists.
    True,
    /// Nobody asked for a start.
    False,
    /// It has been started; what it does from now on is a person's business.
    Done,
    /// It is being deleted.
    Off,
}

impl AutoStart {
    /// The tag's value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Done => "done",
            Self::Off => "off",
        }
    }
}

/// The first of a person's tags that the functions may not set.
#[must_use]
pub fn foreign(own: &Tags) -> Option<&str> {
    own.keys().map(String::as_str).find(|key| *key != OWNER)
}

/// The tags that every resource of a stack is made with; `own` are the person's (such as Owner).
#[must_use]
pub fn of_resource(identity: &Identity, own: &Tags) -> Tags {
    let mut tags = own.clone();
    tags.insert(STACK_NAME.into(), identity.stack_name().into());
    tags.insert(STACK_ID.into(), identity.stack_id.clone());
    tags.insert(LOGICAL_ID.into(), identity.logical_id.clone());
    tags
}

/// Whether LILO made the resource that carries these tags.
#[must_use]
pub fn are_ours(tags: &Tags) -> bool {
    tags.contains_key(STACK_ID)
}

/// Whether this very resource of this very stack carries these tags.
#[must_use]
pub fn are_of(tags: &Tags, identity: &Identity) -> bool {
    tags.get(STACK_ID) == Some(&identity.stack_id)
        && tags.get(LOGICAL_ID) == Some(&identity.logical_id)
}

/// Whether one stack made both resources that carry these tags.
#[must_use]
pub fn share_a_stack(one: &Tags, other: &Tags) -> bool {
    are_ours(one) && one.get(STACK_ID) == other.get(STACK_ID)
}

/// Whether the starter is still to start the channel that carries these tags.
#[must_use]
pub fn want_start(tags: &Tags) -> bool {
    tags.get(AUTO_START).is_some_and(|value| value == AutoStart::True.as_str())
}

/// Whether nobody has asked for the start of the channel that carries these tags so far.
#[must_use]
pub fn start_is_unwanted(tags: &Tags) -> bool {
    tags.get(AUTO_START).is_some_and(|value| value == AutoStart::False.as_str())
}

/// Whether an update of the settings has begun, and MediaLive may have taken it or not.
#[must_use]
pub fn are_changing(tags: &Tags) -> bool {
    tags.get(SETTINGS).is_some_and(|value| value == CHANGING)
}

/// Whether the creation or change that was last begun is the one that was asked for at this time.
#[must_use]
pub fn are_claimed(tags: &Tags, asked: u64) -> bool {
    last_asked(tags) == Some(asked)
}

/// Whether another change has begun that was asked for after this time.
#[must_use]
pub fn are_newer(tags: &Tags, asked: u64) -> bool {
    last_asked(tags).is_some_and(|last| last > asked)
}

/// Whether they are on something that was made or changed by a request of this time or a later one.
#[must_use]
pub fn are_since(tags: &Tags, asked: u64) -> bool {
    are_claimed(tags, asked) || are_newer(tags, asked)
}

fn last_asked(tags: &Tags) -> Option<u64> {
    tags.get(ASKED)?.parse().ok()
}

/// Whether the Delete of the channel that carries these tags has begun.
#[must_use]
pub fn are_off(tags: &Tags) -> bool {
    tags.get(AUTO_START).is_some_and(|value| value == AutoStart::Off.as_str())
}

/// How long the channel that carries these tags may run; `None` for ever.
#[must_use]
pub fn stop_after(tags: &Tags) -> Option<SignedDuration> {
    SignedDuration::try_from_hours(tags.get(STOP_AFTER_HOURS)?.parse().ok()?)
}

/// Since when the channel that carries these tags runs, if that is set and can be read.
#[must_use]
pub fn running_since(tags: &Tags) -> Option<Timestamp> {
    tags.get(RUNNING_SINCE)?.parse().ok()
}

/// When the channel that carries these tags is to be stopped; `None` while it does not run, or if it may for ever.
#[must_use]
pub fn stop_at(tags: &Tags) -> Option<Timestamp> {
    running_since(tags)?.checked_add(stop_after(tags)?).ok()
}

/// What the channel that carries these tags did before an update that is not over.
#[must_use]
pub fn run_state(tags: &Tags) -> Option<RunState> {
    tags.get(RUN_STATE)?.parse().ok()
}

/// What is to be set and taken off so that tags become as wanted: what `wanted` has and `seen` has not, and the keys that
/// only the `old` ones had.
#[must_use]
pub fn difference(seen: &Tags, old: &Tags, wanted: &Tags) -> (Tags, Vec<String>) {
    let missing = wanted.iter().filter(|(key, value)| seen.get(*key) != Some(*value));
    let surplus = old.keys().filter(|key| seen.contains_key(*key) && !wanted.contains_key(*key));
    (missing.map(|(key, value)| (key.clone(), value.clone())).collect(), surplus.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_carries_its_stack_and_the_persons_tags() {
        let identity = Identity {
            stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
            logical_id: "Channel".into(),
        };
        let own = Tags::from([("Owner".to_owned(), "Client".to_owned())]);

        let tags = of_resource(&identity, &own);

        assert!(are_ours(&tags) && are_of(&tags, &identity) && !want_start(&tags));
        assert_eq!(tags["Owner"], "Client");
        assert_eq!(tags["StackName"], "news");
        assert!(!are_of(&tags, &Identity { logical_id: "Input".into(), ..identity }));
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

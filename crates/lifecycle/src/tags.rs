//! The tags by which LILO knows its own resources and remembers what it has done.

use std::collections::BTreeMap;

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

/// The run state that an update found and brings back: [`RUNNING`], or no such tag.
///
/// It is written before the channel is stopped, so that a crash in between does not read as a person's stop.
pub const RUN_STATE: &str = "lilo:run-state";
/// The value of [`RUN_STATE`].
pub const RUNNING: &str = "running";

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

/// Whether the starter is still to start the channel that carries these tags.
#[must_use]
pub fn want_start(tags: &Tags) -> bool {
    tags.get(AUTO_START).is_some_and(|value| value == AutoStart::True.as_str())
}

/// Whether an update has stopped the channel that carries these tags, and has to start it again.
#[must_use]
pub fn remember_running(tags: &Tags) -> bool {
    tags.get(RUN_STATE).is_some_and(|value| value == RUNNING)
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

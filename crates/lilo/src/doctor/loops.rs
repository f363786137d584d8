//! Judges the loops: whether each channel's state, tags and stack agree.

use aws_sdk_medialive::types::ChannelState;
use jiff::Timestamp;
use lilo_lifecycle::LiloTags;
use lilo_lifecycle::channel::reconcile::Action;
use lilo_lifecycle::tags::STACK_ID;

use super::finding::Finding;
use crate::Error;
use crate::aws::channel::Channel;
use crate::aws::inventory::Inventory;
use crate::aws::stack::{Readiness, Stack};

pub(super) const CHECK: &str = "loops";

/// A line for each loop or channel that does not agree.
pub(super) fn judge(inventory: &Inventory, channels: &[Channel], now: Timestamp) -> Vec<Finding> {
    // A stack that is busy changes them right now, and one that is stuck is told as such.
    let settled = inventory.loops.iter().filter(|it| it.readiness() == Readiness::Ready);
    let of_loops = settled.filter_map(|stack| disagreement(stack, channels, now));
    let orphans = channels.iter().filter_map(|channel| orphan(inventory, channel));
    let found: Vec<_> = of_loops.chain(orphans).collect();
    if found.is_empty() {
        let text = format!("loops: {}; tags and states agree", inventory.loops.len());
        return vec![Finding::ok(CHECK, text)];
    }
    found.into_iter().map(|text| Finding::to_do(CHECK, text)).collect()
}

fn disagreement(stack: &Stack, channels: &[Channel], now: Timestamp) -> Option<String> {
    let (name, id) = (&stack.name, stack.output("ChannelId"));
    let mut living = channels.iter().filter(|channel| channel.state != ChannelState::Deleting);
    let Some(channel) = living.find(|channel| channel.id == id) else {
        return Some(Error::NoChannel { id: id.to_owned(), name: name.clone() }.line());
    };
    if channel.tags.get(STACK_ID) != Some(&stack.id) {
        return Some(format!(
            "{name}: the channel {id} lacks its tag {STACK_ID}, so LILO neither stops nor deletes \
             it; set it to {}",
            stack.id
        ));
    }
    if let ChannelState::CreateFailed | ChannelState::UpdateFailed = channel.state {
        let state = channel.state.as_str();
        return Some(format!(
            "{name}: the channel {id} is {state}; delete the loop with `lilo destroy {name}`, and \
             deploy it again"
        ));
    }
    if let Some(action) = channel.due_action(now) {
        let state = channel.state.as_str();
        return Some(format!(
            "{name}: the channel {id} is {state}, but {}; lilo-starter acts within five minutes: \
             look again then, and read its log if this line stays",
            due(action)
        ));
    }
    if channel.state == ChannelState::Idle && LiloTags::from(&channel.tags).ran_before_update {
        return Some(format!(
            "{name}: an update stopped the channel {id} and did not start it again; run `lilo start {name}`"
        ));
    }
    None
}

/// What the tags say that the state does not.
fn due(action: Action) -> &'static str {
    match action {
        Action::Start => "its tags ask for a start",
        Action::MarkStarted => "its tags ask for a start that has taken place",
        Action::SetRunningSince(_) => "its tags do not say since when it runs",
        Action::ClearRunningSince => "its tags say that it runs",
        Action::Stop => "its StopAfterHours are over",
    }
}

/// A channel that outlived its stack: nothing of LILO's deletes it any more.
fn orphan(inventory: &Inventory, channel: &Channel) -> Option<String> {
    let stack = channel.tags.get(STACK_ID)?;
    let mut stacks = inventory.loops.iter().chain(&inventory.others);
    if stacks.any(|it| it.id == *stack) || channel.state == ChannelState::Deleting {
        return None;
    }
    let (id, state) = (&channel.id, channel.state.as_str());
    Some(format!(
        "the channel {id} is {state} and costs money, but its stack {stack} is gone; stop and \
         delete it and its input in MediaLive's console"
    ))
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types::StackStatus;
    use lilo_lifecycle::tags::{AUTO_START, RUN_STATE, RUNNING_SINCE, STOP_AFTER_HOURS};

    use super::*;

    const STACK: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/1";

    fn stack(status: &str) -> Inventory {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let stack = Stack {
            id: STACK.to_owned(),
            name: "news".to_owned(),
            status: StackStatus::from(status),
            parameters: [].into(),
            outputs: [pair("ChannelId", "7")].into(),
            tags: [].into(),
        };
        let mut inventory = Inventory::default();
        inventory.loops.push(stack);
        inventory
    }

    fn channel(state: &str, tags: &[(&str, &str)]) -> Channel {
        let own = [(STACK_ID, STACK)].into_iter().chain(tags.iter().copied());
        Channel {
            id: "7".to_owned(),
            state: ChannelState::from(state),
            tags: own.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            egress: Vec::new(),
            destinations: Vec::new(),
        }
    }

    #[test]
    fn a_loop_whose_tags_and_state_disagree_is_named() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let hour_ago = "2026-11-30T11:00:00Z";
        for (state, tags, words) in [
            ("IDLE", &[(AUTO_START, "done")][..], None),
            ("CREATING", &[(AUTO_START, "true")], None),
            ("IDLE", &[(AUTO_START, "true")], Some("its tags ask for a start;")),
            ("RUNNING", &[(AUTO_START, "true")], Some("that has taken place;")),
            ("RUNNING", &[], Some("do not say since when it runs;")),
            ("RUNNING", &[(RUNNING_SINCE, hour_ago), (STOP_AFTER_HOURS, "2")], None),
            (
                "RUNNING",
                &[(RUNNING_SINCE, hour_ago), (STOP_AFTER_HOURS, "1")],
                Some("its StopAfterHours are over;"),
            ),
            ("IDLE", &[(RUNNING_SINCE, hour_ago)], Some("its tags say that it runs;")),
            ("IDLE", &[(RUN_STATE, "running")], Some("run `lilo start news`")),
            ("DELETING", &[], Some("no longer exists")),
            ("UPDATE_FAILED", &[], Some("lilo destroy news")),
            ("IDLE", &[(STACK_ID, "")], Some("lacks its tag lilo:stack-id")),
        ] {
            let found = judge(&stack("CREATE_COMPLETE"), &[channel(state, tags)], now);
            let text = &found[0].text;
            assert!(text.contains(words.unwrap_or("tags and states agree")), "{state}: {text}");
        }
    }

    #[test]
    fn a_channel_without_its_stack_and_the_reverse_are_named() {
        let now = Timestamp::UNIX_EPOCH;
        let idle = [channel("IDLE", &[])];

        let gone = judge(&stack("CREATE_COMPLETE"), &[], now);
        let orphan = judge(&Inventory::default(), &idle, now);
        let busy = judge(&stack("UPDATE_IN_PROGRESS"), &[], now);

        assert!(
            gone[0].text.contains("the channel 7 of the loop news no longer exists"),
            "{gone:?}"
        );
        assert!(orphan[0].text.contains("stack/news/1 is gone"), "{orphan:?}");
        assert!(busy[0].text.contains("agree"), "{busy:?}");
    }
}

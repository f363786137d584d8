//! Every verb in every state, as tables: what docs/semantics.md promises.

mod create_and_delete;
mod reconcile;
mod update;

use std::time::Duration;

use jiff::Timestamp;
use lilo_lifecycle::channel::{Channel, ChannelClass, ChannelState};
use lilo_lifecycle::input::{Attachment, Input, InputState, Settings};
use lilo_lifecycle::tags::{self, AutoStart};
use lilo_lifecycle::{Identity, Step, Tags};

/// When the requests were made.
const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);
const NEW: Duration = Duration::ZERO;

fn identity() -> Identity {
    Identity {
        stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
        logical_id: "Channel".into(),
    }
}

/// The identities whose tags are not this resource's; `None` has no tags.
fn foreign() -> [Option<Identity>; 3] {
    let another_stack = Identity { stack_id: "arn:…:stack/sport/1".into(), ..identity() };
    [None, Some(another_stack), Some(Identity { logical_id: "Another".into(), ..identity() })]
}

fn our_tags(auto_start: AutoStart) -> Tags {
    let mut tags = tags::of_creation(&identity(), NOW);
    tags.insert(tags::AUTO_START.into(), auto_start.to_string());
    tags
}

fn channel_in(state: ChannelState, auto_start: AutoStart) -> Channel {
    Channel {
        id: "1".into(),
        arn: "arn".into(),
        state,
        class: ChannelClass::SinglePipeline,
        input_ids: vec!["2".into()],
        tags: our_tags(auto_start),
    }
}

fn input_in(state: InputState) -> Input {
    Input {
        id: "2".into(),
        arn: "arn".into(),
        state,
        settings: Settings { sources: vec!["s3ssl://b/a.mp4".into()], ..Settings::default() },
        attached_channels: Vec::new(),
        tags: our_tags(AutoStart::False),
    }
}

fn attached(state: InputState, channel: Option<Channel>) -> Attachment {
    Attachment { input: input_in(state), channel }
}

/// The same tags, naming another owner or none.
fn of(owner: Option<&Identity>, mut tags: Tags) -> Tags {
    tags.remove(tags::STACK_ID);
    tags.remove(tags::LOGICAL_ID);
    tags.extend(owner.map(|it| tags::of_creation(it, NOW)).unwrap_or_default());
    tags
}

/// One word for a step, so that a table reads as one.
fn word<A: std::fmt::Debug>(step: &Step<A>) -> String {
    match step {
        Step::Perform(action) => format!("{action:?}"),
        Step::Wait(_) => "wait".into(),
        Step::Finished => "finished".into(),
        Step::Failed(_) => "failed".into(),
    }
}

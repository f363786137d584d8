//! Every verb in every state, as tables: what docs/semantics.md promises.

mod create_and_delete;
mod start_and_sweep;
mod update;

use std::time::Duration;

use lilo_lifecycle::channel::{Channel, ChannelClass, ChannelState};
use lilo_lifecycle::input::{Input, InputState, Settings};
use lilo_lifecycle::tags::{self, AutoStart, Tags};
use lilo_lifecycle::{Identity, Patience, Step};

const FRESH: Patience = Patience { spent: Duration::ZERO, budget: Duration::from_secs(600) };

fn identity() -> Identity {
    Identity {
        stack_id: "arn:aws:cloudformation:eu-west-1:111122223333:stack/news/5f0c".into(),
        logical_id: "Channel".into(),
    }
}

fn our_tags(auto_start: AutoStart) -> Tags {
    let mut tags = tags::of_resource(&identity(), &Tags::new());
    tags.insert(tags::AUTO_START.into(), auto_start.as_str().into());
    tags
}

fn channel_in(state: ChannelState, auto_start: AutoStart) -> Channel {
    Channel {
        id: "1".into(),
        arn: "arn".into(),
        state,
        class: ChannelClass::SinglePipeline,
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

/// One word for a step, so that a table reads as one.
fn word<A: std::fmt::Debug>(step: &Step<A>) -> String {
    match step {
        Step::Perform(action) | Step::Last(action) => format!("{action:?}"),
        Step::Wait(_) => "wait".into(),
        Step::Finished => "finished".into(),
        Step::Failed(_) => "failed".into(),
    }
}

//! The random campaign: whatever CloudFormation, MediaLive and a person do in whatever order, the
//! invariants hold.
//!
//! `LILO_SEED` plays another campaign than the last; a failure is shrunk, and printed with its
//! seed.

mod event;

use std::cell::Cell;
use std::time::{Duration, Instant};

use lilo_lifecycle::channel::{Channel, ChannelState};
use lilo_lifecycle::{LiloTags, Tags};
use lilo_tests::{ANOTHER_ANSWER, Cloud, Fault, Function, Stack, Status};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::time::sleep;

use self::event::{Event, Hand, Wanted, call_fault, delivery, event, wanted};
use crate::full;
use crate::invariants;
use crate::others::Others;

/// A campaign under way.
struct Play<'a> {
    cloud: &'a Cloud,
    stack: Stack,
    now: Wanted,
    /// Whether anything but a function may have started or stopped the channel, or taken it away.
    by_hand: bool,
    /// Whether any template so far wanted a start.
    start_wanted: bool,
    wrong: Vec<String>,
}

impl Play<'_> {
    async fn channel(&self) -> Option<Channel> {
        let id = self.stack.physical_id(Function::Channel)?;
        self.cloud.person().describe_channel(id).await.ok()
    }

    async fn meet(&mut self, event: &Event) {
        match event {
            Event::Update { to, input_first } => {
                self.stack.rollback_in_order = *input_first;
                self.update(*to).await;
            }
            Event::ByHand(hand) => self.by_hand(*hand).await,
            Event::Pass(time) => sleep(Duration::from_secs(*time)).await,
            Event::Fault(_) => event.prepare(self.cloud),
        }
    }

    /// Updates the stack, and looks whether the channel does afterwards what it did before.
    async fn update(&mut self, wanted: Wanted) {
        let updatable = matches!(
            self.stack.status,
            Status::CreateComplete | Status::UpdateComplete | Status::UpdateRollbackComplete
        );
        if !updatable {
            return;
        }
        self.cloud.settle().await;
        let before = self.channel().await;
        self.start_wanted |= wanted.auto_start;
        self.stack.update(&wanted.template()).await;
        self.cloud.settle().await;
        let completed = self.stack.status == Status::UpdateComplete;
        let turned_on = wanted.auto_start && !self.now.auto_start;
        if completed {
            self.now = wanted;
        }
        if self.stack.status == Status::UpdateRollbackFailed {
            return;
        }
        sleep(Duration::from_secs(60)).await;
        let (Some(before), Some(after)) = (before, self.channel().await) else { return };
        let kept = match before.state {
            ChannelState::Running => {
                matches!(after.state, ChannelState::Starting | ChannelState::Running)
            }
            // The sweep may come between the update and its rollback, and start the channel.
            ChannelState::Idle if turned_on => true,
            ChannelState::Idle if LiloTags::from(&before.tags).start_is_wanted() => true,
            ChannelState::Idle => after.state == ChannelState::Idle,
            _ => true,
        };
        if !kept {
            let (before, after) = (before.state, after.state);
            let reasons = &self.stack.reasons;
            self.wrong.push(format!("{before} before the update, {after} after it: {reasons:?}"));
        }
    }

    async fn by_hand(&mut self, hand: Hand) {
        let Some(channel) = self.channel().await else { return };
        let person = self.cloud.person();
        let input = self.stack.physical_id(Function::Input).unwrap_or_default();
        // Whether MediaLive lets them is not our business.
        let tags = (Tags::from([("Cost".to_owned(), "ours".to_owned())]), Vec::new());
        let _ = match hand {
            Hand::Start => person.start_channel(&channel.id).await.map(drop),
            Hand::Stop => person.stop_channel(&channel.id).await.map(drop),
            Hand::DeleteChannel => person.delete_channel(&channel.id).await.map(drop),
            Hand::DeleteInput => person.delete_input(input).await,
            Hand::TagChannel => person.tag_channel(&channel, &tags).await.map(drop),
        };
        self.by_hand = true;
        sleep(Duration::from_secs(5)).await;
    }
}

async fn play(cloud: &Cloud, first: Wanted, before: &[Event], events: &[Event]) -> Vec<String> {
    let others = Others::make(cloud).await;
    let mut wrong = Vec::new();
    for event in before {
        event.prepare(cloud);
    }
    let stack = Stack::create(cloud, "Dev", &first.template()).await;
    let start_wanted = first.auto_start;
    let mut play =
        Play { cloud, stack, now: first, by_hand: false, start_wanted, wrong: Vec::new() };
    let channel = play.stack.physical_id(Function::Channel).map(str::to_owned);
    for event in events {
        play.meet(event).await;
    }
    if matches!(play.stack.status, Status::UpdateComplete | Status::UpdateRollbackComplete)
        && play.stack.physical_id(Function::Channel) != channel.as_deref()
    {
        wrong.push("another channel".to_owned());
    }
    // It need not have come to the last of them.
    cloud.clear_faults();
    cloud.settle().await;
    if matches!(play.stack.status, Status::RollbackComplete | Status::DeleteComplete) {
        wrong.extend(invariants::nothing_is_left(cloud, others.count()));
    }
    for _ in 0..3 {
        play.stack.delete().await;
    }
    cloud.settle().await;
    if play.stack.status != Status::DeleteComplete {
        wrong.push(format!("in the end {:?}: {:?}", play.stack.status, play.stack.reasons));
    }
    let started = cloud.journal().into_iter().find(|call| {
        call.operation == "StartChannel" && call.status == Some(200) && !play.start_wanted
    });
    if let (Some(started), false) = (started, play.by_hand) {
        wrong.push(format!("AutoStart was never on, and yet: {started:?}"));
    }
    wrong.append(&mut play.wrong);
    wrong.extend(invariants::nothing_is_left(cloud, others.count()));
    wrong.extend(others.check(cloud).await);
    wrong.extend(invariants::of_the_record(cloud));
    let mut replies = cloud.check();
    // To a request that comes once more when a person has deleted what it was about, or when
    // MediaLive refuses the list that a repeated Create needs, there is no other answer.
    // CloudFormation takes the first one.
    let repeated = before.iter().any(|event| matches!(event, Event::Fault(Fault::Delivery { .. })));
    let refused = repeated && events.iter().any(Event::refuses_a_list);
    replies.retain(|it| !((play.by_hand || refused) && it.contains(ANOTHER_ANSWER)));
    wrong.extend(replies);
    wrong
}

#[test]
fn whatever_happens_in_whatever_order_the_invariants_hold() {
    let seed = std::env::var("LILO_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(1);
    let cases = std::env::var("LILO_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(if full() { 1000 } else { 60 });
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let begun = Instant::now();
    let (played, happened) = (Cell::new(0), Cell::new(0));
    let create = prop::option::weighted(0.3, delivery(&["Create"]));
    let before = (prop::option::weighted(0.5, call_fault()), create);
    let before = before.prop_map(|(fault, create)| {
        // What is refused, and taken when it comes once more, nobody expects (docs/reliability.md,
        // "Known gaps").
        let fault = fault.filter(|it| create.is_none() || !it.refuses_creation());
        fault.into_iter().chain(create).collect::<Vec<_>>()
    });
    let campaign = (wanted(), before, prop::collection::vec(event(), 1..12));
    let ran = TestRunner::new_with_rng(config, rng).run(&campaign, |(first, before, events)| {
        played.set(played.get() + 1);
        happened.set(happened.get() + events.len());
        let wrong = Cloud::run(async |cloud| play(&cloud, first, &before, &events).await);
        prop_assert!(wrong.is_empty(), "{:#?}", wrong);
        Ok(())
    });
    println!(
        "random campaign: seed {seed}, {} cases, {} events, {:.0} s",
        played.get(),
        happened.get(),
        begun.elapsed().as_secs_f64()
    );
    if let Err(failure) = ran {
        panic!("seed {seed}: {failure}");
    }
}

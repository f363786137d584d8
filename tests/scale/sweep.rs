//! The sweep of a large account: healthy channels, and channels that are all due at once.

use std::ops::Range;
use std::time::Duration;

use lilo_lifecycle::Tags;
use lilo_lifecycle::tags::{AUTO_START, LOGICAL_ID, RUNNING_SINCE, STACK_ID, STOP_AFTER_HOURS};
use lilo_medialive::{ChannelSpec, InputSpec};
use lilo_tests::{Cloud, samples};
use tokio::time::Instant;

use crate::number;

/// A call's time; MediaLive's is not published.
const CALL: Duration = Duration::from_millis(200);
/// The starter's timeout in the template, and half of it.
const HALF: Duration = Duration::from_secs(150);

/// Items on a page, as the functions ask for them.
const PAGE: usize = 100;

/// Makes channels of LILO's that run, to be stopped after an hour if `due`.
async fn running(cloud: &Cloud, numbers: Range<usize>, due: bool) {
    let person = cloud.person();
    // CREATING takes a second.
    let ready = || tokio::time::sleep(Duration::from_millis(1100));
    for number in numbers {
        let mut tags = Tags::from([
            (STACK_ID.to_owned(), format!("arn:aws:cloudformation:eu-west-1:1:stack/{number}/1")),
            (LOGICAL_ID.to_owned(), "Channel".to_owned()),
            (AUTO_START.to_owned(), "done".to_owned()),
            (RUNNING_SINCE.to_owned(), "2026-11-22T00:00:00Z".to_owned()),
        ]);
        if due {
            tags.insert(STOP_AFTER_HOURS.to_owned(), "1".to_owned());
        }
        let sources = ["https://example.com/film.mp4", "https://example.com/film.mp4"];
        let input = InputSpec {
            name: format!("{number}"),
            sources: sources.map(str::to_owned),
            role_arn: ChannelSpec::sample().role_arn,
            tags: Tags::new(),
        };
        let input = person.create_input(&input, &format!("input-{number}")).await.unwrap();
        ready().await;
        let channel = ChannelSpec { input_id: input.id, tags, ..ChannelSpec::sample() };
        let channel = person.create_channel(&channel, &format!("channel-{number}")).await.unwrap();
        ready().await;
        person.start_channel(&channel.id).await.unwrap();
    }
    cloud.pass(10).await;
}

/// The calls of one sweep, and its time.
async fn sweep(cloud: &Cloud) -> (Vec<&'static str>, Duration) {
    let (before, begun) = (cloud.to_medialive().len(), Instant::now());
    cloud.start(&samples::sweep()).await.unwrap();
    let calls = cloud.to_medialive().split_off(before);
    (calls.iter().map(|call| call.operation).collect(), begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_sweep_of_healthy_channels_reads_each_page_once() {
    let channels = number("LILO_CHANNELS", 250);
    let cloud = Cloud::default();
    // An account of usual size is one page.
    running(&cloud, 0..PAGE, false).await;
    assert_eq!(sweep(&cloud).await.0, ["ListChannels"]);
    running(&cloud, PAGE..channels, false).await;
    cloud.slow_down(CALL);

    for page in [PAGE, 20] {
        cloud.limit_pages(page.try_into().unwrap());
        let (calls, took) = sweep(&cloud).await;

        println!("{channels} healthy channels, {page} a page: {} calls, {took:?}", calls.len());
        assert_eq!(calls, vec!["ListChannels"; channels.div_ceil(page)]);
        assert!(took < HALF, "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn channels_that_are_due_at_once_are_stopped_within_sweeps() {
    let channels = number("LILO_CHANNELS", 250) / 10;
    let cloud = Cloud::default();
    running(&cloud, 0..channels, true).await;
    cloud.slow_down(CALL);

    let mut sweeps = Vec::new();
    let stopped = || {
        let stops = cloud.calls_to("StopChannel").into_iter();
        stops.filter(|call| call.status == Some(200)).count()
    };
    while stopped() < channels {
        let (calls, took) = sweep(&cloud).await;
        println!(
            "{channels} due at once, sweep {}: {} calls, {took:?}",
            sweeps.len() + 1,
            calls.len()
        );
        sweeps.push(calls.len());
        cloud.pass(10).await;
        assert!(sweeps.len() <= 1 + channels / 400, "{sweeps:?}");
    }

    let calls: usize = sweeps.iter().sum();
    // A look, a stop, and the tag that says since when it runs; a few are throttled.
    assert!(calls < channels * 4, "{sweeps:?}");
}

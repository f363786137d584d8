//! How many calls a lifecycle makes when MediaLive takes the times that were observed on AWS.
//! `--nocapture` prints them.

use std::collections::BTreeMap;
use std::time::Duration;

use lilo_medialive_emulator::Pace;
use lilo_tests::{Cloud, Function, samples};
use tokio::time::Instant;

/// The calls since `begun`, by function: how many, and of which operations.
fn since(cloud: &Cloud, begun: &mut usize) -> BTreeMap<String, (usize, BTreeMap<String, usize>)> {
    let calls = cloud.calls().split_off(*begun);
    *begun += calls.len();
    let mut counts = BTreeMap::<String, (usize, BTreeMap<String, usize>)>::new();
    for call in calls {
        let (count, by_operation) = counts.entry(call.role.unwrap_or_default()).or_default();
        *count += 1;
        *by_operation.entry(call.operation).or_default() += 1;
    }
    counts
}

#[tokio::test(start_paused = true)]
async fn each_lifecycle_makes_few_calls_at_the_real_pace() {
    fastrand::seed(1);
    let cloud = Cloud::at(Pace::real());
    let counted = cloud.with_starter(async {
        let mut counted = Vec::new();
        let mut begun = 0;
        let input = cloud.create(Function::Input, &samples::input()).await;
        counted.push(("create the input", since(&cloud, &mut begun)));
        let properties = samples::channel(input.physical_id());
        let channel = cloud.create(Function::Channel, &properties).await;
        cloud.pass(200).await;
        counted.push(("create and start the channel", since(&cloud, &mut begun)));
        let id = channel.physical_id();
        let new = samples::with(properties.clone(), "VideoBitrate", "5000000");
        let updated = cloud.update(Function::Channel, id, (&properties, &new)).await;
        cloud.pass(200).await;
        counted.push(("update it while it runs", since(&cloud, &mut begun)));
        let deleted = cloud.delete(Function::Channel, id).await;
        counted.push(("delete it while it runs", since(&cloud, &mut begun)));
        let input = cloud.delete(Function::Input, input.physical_id()).await;
        counted.push(("delete the input", since(&cloud, &mut begun)));
        for reply in [channel, updated, deleted, input] {
            assert_eq!(reply.failure(), None);
        }
        counted
    });
    let mut totals = Vec::new();
    for (lifecycle, counts) in counted.await {
        println!("{lifecycle}");
        for (role, (count, by_operation)) in &counts {
            println!("    {role}: {count} {by_operation:?}");
            totals.push((lifecycle, role.clone(), *count));
        }
    }
    let most = [
        ("create the input", "lilo-input", 5),
        ("create and start the channel", "lilo-channel", 8),
        ("create and start the channel", "lilo-starter", 5),
        ("update it while it runs", "lilo-channel", 24),
        ("update it while it runs", "lilo-starter", 4),
        ("delete it while it runs", "lilo-channel", 30),
        ("delete it while it runs", "lilo-starter", 2),
        ("delete the input", "lilo-input", 6),
    ];
    assert_eq!(totals.len(), most.len(), "{totals:?}");
    for ((lifecycle, role, count), (_, _, most)) in totals.into_iter().zip(most) {
        assert!(count <= most, "{lifecycle}: {role} made {count} calls, not {most}");
    }
}

/// What the functions add to the time that MediaLive takes; its calls take none here.
#[tokio::test(start_paused = true)]
async fn a_create_and_a_delete_end_soon_after_medialive() {
    const MOST: Duration = Duration::from_millis(1500);
    let pace = Pace::real();
    let mut added = Vec::new();
    for seed in 0..20 {
        fastrand::seed(seed);
        let cloud = Cloud::at(pace.clone());
        let (created, deleted) = cloud
            .with_starter(async {
                let begun = Instant::now();
                let input = cloud.create(Function::Input, &samples::input()).await;
                let properties = samples::channel(input.physical_id());
                let channel = cloud.create(Function::Channel, &properties).await;
                let created = begun.elapsed();
                cloud.pass(200).await;
                let begun = Instant::now();
                for (function, reply) in [(Function::Channel, &channel), (Function::Input, &input)]
                {
                    let deleted = cloud.delete(function, reply.physical_id()).await;
                    assert_eq!(deleted.failure(), None);
                }
                (created, begun.elapsed())
            })
            .await;
        let created = created.checked_sub(pace.input_create + pace.channel_create);
        let own = pace.channel_stop + pace.channel_delete + pace.input_delete;
        let deleted = deleted.checked_sub(own);
        added
            .push((created.expect("not before MediaLive"), deleted.expect("not before MediaLive")));
    }
    let (creates, deletes): (Vec<_>, Vec<_>) = added.into_iter().unzip();
    let (create, delete) = (creates.into_iter().max().unwrap(), deletes.into_iter().max().unwrap());
    println!("at most, a create adds {create:?}, and a delete {delete:?}");
    assert!(create <= MOST && delete <= MOST, "{create:?}, {delete:?}");
}

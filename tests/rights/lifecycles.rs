//! Every lifecycle that makes the functions call AWS in a way of its own, in virtual time.

use std::ops::Deref;
use std::time::Duration;

use lilo_lifecycle::tags::STACK_NAME;
use lilo_tests::{Cloud, Fault, Function, samples};
use serde_json::{Value, json};

/// A loop under the template's access role, which remembers its updates.
struct Made(lilo_tests::Made);

impl Deref for Made {
    type Target = lilo_tests::Made;

    fn deref(&self) -> &lilo_tests::Made {
        &self.0
    }
}

impl Made {
    async fn new(role: &str) -> Self {
        let (cloud, role) = (Cloud::default(), ("RoleArn", role));
        let of_channel = [role, ("StopAfterHours", "4")];
        Self(lilo_tests::Made::make(&cloud, None, &[role], &of_channel).await)
    }

    async fn running(role: &str) -> Self {
        let made = Self(Self::new(role).await.0.started().await);
        made.cloud.start(&made.cloud.at_now(samples::running(&made.channel))).await.unwrap();
        made
    }

    async fn update_channel(&mut self, changes: &[(&str, Value)]) {
        let new = changed(&self.channel_properties, changes);
        self.update(Function::Channel, &self.channel_properties, &new).await;
        self.0.channel_properties = new;
    }

    async fn update_input(&mut self, changes: &[(&str, Value)]) {
        let new = changed(&self.input_properties, changes);
        self.update(Function::Input, &self.input_properties, &new).await;
        self.0.input_properties = new;
    }

    async fn update(&self, function: Function, old: &Value, new: &Value) {
        let reply = self.cloud.update(function, self.id(function), (old, new)).await;
        assert_eq!(reply.failure(), None);
        self.cloud.pass(2).await;
    }

    /// A person removes the tag that an Update sets again.
    async fn lose_tags(&self) {
        for function in [Function::Channel, Function::Input] {
            self.cloud.person_removes_tag(&self.arn(function).await, STACK_NAME).await;
        }
    }

    async fn delete(self) -> Cloud {
        self.0.delete().await;
        self.0.cloud
    }
}

fn changed(properties: &Value, changes: &[(&str, Value)]) -> Value {
    let each = changes.iter().cloned();
    each.fold(properties.clone(), |properties, (name, value)| {
        samples::with(properties, name, value)
    })
}

/// The clouds in which all of it happened.
pub(crate) async fn all(role: &str) -> Vec<Cloud> {
    vec![
        updates(role).await,
        to_standard_and_back(role).await,
        sweeps(role).await,
        deletes_under_made_up_ids(role).await,
        work_that_takes_long(role).await,
    ]
}

async fn updates(role: &str) -> Cloud {
    let mut made = Made::running(role).await;
    made.update_channel(&[("VideoBitrate", json!("5000000"))]).await;
    made.update_channel(&[("Tags", json!({ "Owner": "Sport" })), ("AutoStart", json!("false"))])
        .await;
    made.update_channel(&[("Tags", json!({})), ("StopAfterHours", json!("0"))]).await;
    made.update_channel(&[("StopAfterHours", json!("8"))]).await;
    made.update_input(&[("Sources", json!(["s3ssl://films/other.mp4"]))]).await;
    made.update_input(&[("Tags", json!({ "Owner": "Sport" }))]).await;
    made.update_input(&[("Tags", json!({}))]).await;
    made.lose_tags().await;
    made.update_input(&[("Name", json!("other"))]).await;
    made.cloud.person().stop_channel(&made.channel).await.unwrap();
    made.cloud.pass(2).await;
    made.update_channel(&[("VideoBitrate", json!("6000000"))]).await;
    made.update_channel(&[("AutoStart", json!("true"))]).await;
    made.delete().await
}

async fn to_standard_and_back(role: &str) -> Cloud {
    let mut made = Made::running(role).await;
    let (one, two) = ("s3ssl://films/a.mp4", "s3ssl://films/b.mp4");
    let destinations = ["rtp://203.0.113.10:5000", "rtp://203.0.113.11:5000"];
    made.update_input(&[("Sources", json!([one, two]))]).await;
    let standard = [("ChannelClass", json!("STANDARD")), ("Destinations", json!(destinations))];
    made.update_channel(&standard).await;
    let single =
        [("ChannelClass", json!("SINGLE_PIPELINE")), ("Destinations", json!(destinations[..1]))];
    made.update_channel(&single).await;
    made.delete().await
}

/// An event that was lost, a channel that is due, and one whose time to stop is of no use any more.
async fn sweeps(role: &str) -> Cloud {
    let made = Made::new(role).await;
    made.cloud.start(&samples::sweep()).await.unwrap();
    made.cloud.pass(2).await;
    made.cloud.start(&samples::sweep()).await.unwrap();
    made.cloud.pass(4 * 3600).await;
    made.cloud.start(&samples::sweep()).await.unwrap();
    made.cloud.pass(2).await;
    made.delete().await
}

async fn deletes_under_made_up_ids(role: &str) -> Cloud {
    let made = Made::running(role).await;
    for (function, id) in
        [(Function::Channel, "Dev-Channel-1ABC"), (Function::Input, "Dev-Input-1ABC")]
    {
        assert_eq!(made.cloud.delete(function, id).await.failure(), None);
    }
    made.delete().await
}

/// Creating the channel, and deleting the input while the channel still goes away.
async fn work_that_takes_long(role: &str) -> Cloud {
    let cloud = Cloud::default();
    for operation in ["CreateChannel", "DeleteChannel"] {
        cloud.inject(Fault::stuck(operation, Some(Duration::from_mins(25))));
    }
    let input = samples::with(samples::input(), "RoleArn", role);
    let input = cloud.create(Function::Input, &input).await;
    let channel = samples::with(samples::channel(input.physical_id()), "RoleArn", role);
    let channel = cloud.create(Function::Channel, &channel).await;
    assert_eq!(channel.failure(), None);
    cloud.person().delete_channel(channel.physical_id()).await.unwrap();
    assert_eq!(cloud.delete(Function::Input, input.physical_id()).await.failure(), None);
    assert!(cloud.is_empty());
    cloud
}

//! Every lifecycle that makes the functions call AWS in a way of its own, in virtual time.

use std::time::Duration;

use lilo_lifecycle::tags::STACK_NAME;
use lilo_tests::{Cloud, Fault, Function, samples};
use serde_json::{Value, json};

/// A loop that was made with the sample properties, under the template's access role.
struct Made {
    cloud: Cloud,
    input: String,
    channel: String,
    input_properties: Value,
    channel_properties: Value,
}

impl Made {
    async fn new(role: &str) -> Self {
        let cloud = Cloud::default();
        let input_properties = samples::with(samples::input(), "RoleArn", role);
        let input = cloud.create(Function::Input, &input_properties).await;
        let channel_properties = samples::channel(input.physical_id());
        let channel_properties = samples::with(channel_properties, "RoleArn", role);
        let channel_properties = samples::with(channel_properties, "StopAfterHours", "4");
        let channel = cloud.create(Function::Channel, &channel_properties).await;
        assert_eq!((input.failure(), channel.failure()), (None, None));
        let (input, channel) = (input.physical_id().into(), channel.physical_id().into());
        Self { cloud, input, channel, input_properties, channel_properties }
    }

    async fn running(role: &str) -> Self {
        let made = Self::new(role).await;
        made.cloud.start(&samples::created(&made.channel)).await.unwrap();
        made.cloud.pass(2).await;
        made.cloud.start(&made.cloud.at_now(samples::running(&made.channel))).await.unwrap();
        made
    }

    async fn update_channel(&mut self, changes: &[(&str, Value)]) {
        let new = changed(&self.channel_properties, changes);
        let properties = (&self.channel_properties, &new);
        let reply = self.cloud.update(Function::Channel, &self.channel, properties).await;
        assert_eq!(reply.failure(), None);
        self.channel_properties = new;
        self.cloud.pass(2).await;
    }

    async fn update_input(&mut self, changes: &[(&str, Value)]) {
        let new = changed(&self.input_properties, changes);
        let properties = (&self.input_properties, &new);
        let reply = self.cloud.update(Function::Input, &self.input, properties).await;
        assert_eq!(reply.failure(), None);
        self.input_properties = new;
        self.cloud.pass(2).await;
    }

    /// A person removes the tag that an Update sets again.
    async fn lose_tags(&self) {
        let person = self.cloud.person();
        let channel = person.describe_channel(&self.channel).await.unwrap().arn;
        let input = person.describe_input(&self.input).await.unwrap().arn;
        for arn in [channel, input] {
            self.cloud.person_removes_tag(&arn, STACK_NAME).await;
        }
    }

    async fn delete(self) -> Cloud {
        for (function, id) in [(Function::Channel, &self.channel), (Function::Input, &self.input)] {
            assert_eq!(self.cloud.delete(function, id).await.failure(), None);
        }
        assert!(self.cloud.is_empty());
        self.cloud
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

//! A loop that was made by hand.

use lilo_lifecycle::channel::Channel;
use serde_json::Value;

use crate::{Cloud, Function, Reply, samples};

/// An input and a channel that were made with the sample properties; AutoStart is on.
#[derive(Debug)]
pub struct Made {
    /// Where they are.
    pub cloud: Cloud,
    /// The input's id.
    pub input: String,
    /// The channel's id.
    pub channel: String,
    /// What the input was made with.
    pub input_properties: Value,
    /// What the channel was made with.
    pub channel_properties: Value,
}

impl Made {
    /// A loop in a cloud of its own that nobody has started.
    pub async fn idle() -> Self {
        Self::with(&[]).await
    }

    /// The same, with these properties of the channel.
    pub async fn with(changes: &[(&str, &str)]) -> Self {
        Self::make(&Cloud::default(), None, &[], changes).await
    }

    /// One that runs.
    pub async fn running() -> Self {
        Self::idle().await.started().await
    }

    /// Makes a loop in this cloud, for the stack of the samples or another one, with these
    /// properties of the input and of the channel.
    pub async fn make(
        cloud: &Cloud,
        stack: Option<&str>,
        of_input: &[(&str, &str)],
        of_channel: &[(&str, &str)],
    ) -> Self {
        let change = |properties: Value, changes: &[(&str, &str)]| {
            let each = changes.iter();
            each.fold(properties, |it, (name, value)| samples::with(it, name, *value))
        };
        let create = async |function, properties: &Value| {
            let reply = match stack {
                Some(stack) => cloud.create_in(stack, function, properties).await,
                None => cloud.create(function, properties).await,
            };
            assert_eq!(reply.failure(), None);
            reply.physical_id().to_owned()
        };
        let input_properties = change(samples::input(), of_input);
        let input = create(Function::Input, &input_properties).await;
        let channel_properties = change(samples::channel(&input), of_channel);
        let channel = create(Function::Channel, &channel_properties).await;
        Self { cloud: cloud.clone(), input, channel, input_properties, channel_properties }
    }

    /// Lets the starter start it, and waits until it runs.
    pub async fn started(self) -> Self {
        self.cloud.start(&samples::created(&self.channel)).await.expect("the starter copes");
        self.cloud.pass(2).await;
        self
    }

    /// Updates one property of the channel from what it was made with.
    pub async fn update_channel(&self, property: &str, value: impl Into<Value>) -> Reply {
        let old = &self.channel_properties;
        let new = samples::with(old.clone(), property, value);
        self.cloud.update(Function::Channel, &self.channel, (old, &new)).await
    }

    /// Updates one property of the input from what it was made with.
    pub async fn update_input(&self, property: &str, value: impl Into<Value>) -> Reply {
        let old = &self.input_properties;
        let new = samples::with(old.clone(), property, value);
        self.cloud.update(Function::Input, &self.input, (old, &new)).await
    }

    /// Deletes both, channel first, and sees that nothing is left.
    pub async fn delete(&self) {
        for (function, id) in [(Function::Channel, &self.channel), (Function::Input, &self.input)] {
            assert_eq!(self.cloud.delete(function, id).await.failure(), None);
        }
        assert!(self.cloud.is_empty(), "{:?}", self.cloud.remaining());
    }

    /// The channel as MediaLive has it.
    pub async fn channel(&self) -> Channel {
        self.cloud.person().describe_channel(&self.channel).await.expect("it is there")
    }

    /// The physical id of one of them.
    #[must_use]
    pub fn id(&self, function: Function) -> &str {
        match function {
            Function::Input => &self.input,
            Function::Channel => &self.channel,
        }
    }

    /// The ARN of one of them.
    pub async fn arn(&self, function: Function) -> String {
        match function {
            Function::Channel => self.channel().await.arn,
            Function::Input => {
                let input = self.cloud.person().describe_input(&self.input).await;
                input.expect("it is there").arn
            }
        }
    }

    /// What the function did since it created what it is for.
    #[must_use]
    pub fn operations(&self, role: &str) -> Vec<String> {
        self.cloud.operations_of(role).split_off(1)
    }
}

//! What is not the stack's: a person's own channel and input, and those of another loop. Nobody may
//! touch them.

use lilo_lifecycle::channel::Channel;
use lilo_lifecycle::input::Input;
use lilo_lifecycle::tags::{AUTO_START, LOGICAL_ID, STACK_ID, Tags};
use lilo_medialive::{ChannelSpec, InputSpec};
use lilo_tests::{Cloud, Function, Stack};

/// The others, as they were.
pub(crate) struct Others(Vec<(Input, Channel)>);

impl Others {
    pub(crate) async fn make(cloud: &Cloud) -> Self {
        // Each is one step from what a careless function would take for its own.
        let foreign = Tags::from([tag(AUTO_START, "true"), tag(LOGICAL_ID, "Channel")]);
        let sibling = "arn:aws:cloudformation:eu-west-1:111122223333:stack/Sibling/0";
        let siblings = Tags::from([
            tag(STACK_ID, sibling),
            tag(LOGICAL_ID, "Channel"),
            tag(AUTO_START, "done"),
        ]);
        let made = [make_one(cloud, foreign).await, make_one(cloud, siblings).await];
        let mut others = Vec::new();
        for (input, channel) in made {
            others.push(look(cloud, &input, &channel).await);
        }
        Self(others)
    }

    pub(crate) fn count(&self) -> usize {
        2 * self.0.len()
    }

    /// Sends requests of the stack's about the others, as somebody with the right to invoke the
    /// functions can.
    pub(crate) async fn attack(&self, stack: &Stack) {
        for (input, channel) in &self.0 {
            for (function, id) in [(Function::Input, &input.id), (Function::Channel, &channel.id)] {
                for kind in ["Update", "Delete"] {
                    assert!(!stack.forge(kind, function, id).await, "{kind} of {function:?} {id}");
                }
            }
        }
    }

    pub(crate) async fn check(&self, cloud: &Cloud) -> Vec<String> {
        let mut wrong = Vec::new();
        for (input, channel) in &self.0 {
            let now = look(cloud, &input.id, &channel.id).await;
            if now != (input.clone(), channel.clone()) {
                wrong.push(format!("a foreign channel or input changed: {now:?}"));
            }
            let touched = cloud.journal().into_iter().filter(|call| {
                let meant = call.path.contains(&input.id) || call.path.contains(&channel.id);
                meant && !call.operation.starts_with("Describe")
            });
            wrong.extend(touched.map(|call| format!("a foreign resource was touched: {call:?}")));
        }
        wrong
    }
}

fn tag(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

async fn look(cloud: &Cloud, input: &str, channel: &str) -> (Input, Channel) {
    let person = cloud.person();
    (person.describe_input(input).await.unwrap(), person.describe_channel(channel).await.unwrap())
}

async fn make_one(cloud: &Cloud, tags: Tags) -> (String, String) {
    let person = cloud.person();
    let role_arn = "arn:aws:iam::111122223333:role/theirs".to_owned();
    let input = InputSpec {
        name: "Dev".into(),
        sources: ["https://example.com/theirs.mp4"; 2].map(Into::into),
        role_arn: role_arn.clone(),
        tags: tags.clone(),
    };
    let input_id = person.create_input(&input, &format!("{tags:?}")).await.unwrap().id;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let channel = ChannelSpec {
        input_id: input_id.clone(),
        role_arn,
        tags: tags.clone(),
        ..ChannelSpec::sample()
    };
    let channel_id = person.create_channel(&channel, &format!("{tags:?}")).await.unwrap().id;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    (input_id, channel_id)
}

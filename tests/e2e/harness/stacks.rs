//! The two stacks, by `aws cloudformation`.

use std::net::SocketAddr;

use lilo_tests::programs::free_port;
use serde_json::{Value, json};

use super::{Account, CODE, SOURCES, architecture, source, wait_until};

/// A stack, by its id: the name of a deleted one finds nothing.
#[derive(Debug)]
pub(crate) struct Stack {
    id: String,
}

/// A loop's stack, and where its stream goes.
#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) stack: Stack,
    pub(crate) receiver: SocketAddr,
}

impl Account {
    /// Creates the bootstrap stack, which has to succeed.
    pub(crate) fn bootstrap(&self) -> Stack {
        self.bootstrap_for(&architecture())
    }

    /// The same, with functions that are declared to be for another processor than they may be.
    pub(crate) fn bootstrap_for(&self, architecture: &str) -> Stack {
        let (bucket, folder) = CODE;
        let parameters = [
            ("CodeBucket", bucket),
            ("CodePrefix", folder),
            ("Architecture", architecture),
            ("SourceBuckets", SOURCES),
        ];
        let stack = self.create("lilo", "infra/bootstrap.yaml", &parameters);
        assert_eq!(self.settle(&stack), "CREATE_COMPLETE", "{}", self.reasons(&stack));
        stack
    }

    /// Begins to create a loop that plays the clip.
    pub(crate) fn begin_loop(&self, name: &str, parameters: &[(&str, &str)]) -> Loop {
        let (receiver, source) = (SocketAddr::from(([127, 0, 0, 1], free_port())), source());
        let (ip, port) = (receiver.ip().to_string(), receiver.port().to_string());
        let given =
            [("Source", source.as_str()), ("DestinationIp", &ip), ("DestinationPort", &port)];
        let stack = self.create(name, "infra/loop.yaml", &[&given[..], parameters].concat());
        Loop { stack, receiver }
    }

    /// Creates a loop that plays the clip, which has to succeed.
    pub(crate) fn make_loop(&self, name: &str) -> Loop {
        let made = self.begin_loop(name, &[]);
        assert_eq!(
            self.settle(&made.stack),
            "CREATE_COMPLETE",
            "{}\n{}",
            self.reasons(&made.stack),
            self.log()
        );
        made
    }

    /// Changes these parameters of a stack, and nothing else. Says what became of it.
    pub(crate) fn update(&self, stack: &Stack, changed: &[(&str, &str)]) -> String {
        let described = self.describe(stack);
        let parameters = described["Parameters"].as_array().unwrap().iter().map(|parameter| {
            let name = parameter["ParameterKey"].as_str().unwrap();
            match changed.iter().find(|(changed, _)| *changed == name) {
                Some((_, value)) => json!({ "ParameterKey": name, "ParameterValue": value }),
                None => json!({ "ParameterKey": name, "UsePreviousValue": true }),
            }
        });
        let parameters = parameters.collect::<Value>().to_string();
        let update = ["cloudformation", "update-stack", "--use-previous-template"];
        let with = ["--stack-name", &stack.id, "--parameters", &parameters];
        self.aws(&[&update[..], &with].concat());
        self.settle(stack)
    }

    /// Deletes a stack. Says what became of it.
    pub(crate) fn delete(&self, stack: &Stack) -> String {
        self.aws(&["cloudformation", "delete-stack", "--stack-name", &stack.id]);
        self.settle(stack)
    }

    /// What CloudFormation says when this stack is to be deleted and cannot be.
    pub(crate) fn refused_delete(&self, stack: &Stack) -> String {
        self.refused(&["cloudformation", "delete-stack", "--stack-name", &stack.id])
    }

    /// Waits until nothing is in progress, and says in which state the stack is then.
    pub(crate) fn settle(&self, stack: &Stack) -> String {
        let mut status = Value::Null;
        wait_until("the stack settles", || {
            status = self.describe(stack)["StackStatus"].take();
            !status.as_str().unwrap().ends_with("IN_PROGRESS")
        });
        status.as_str().unwrap().to_owned()
    }

    /// The id of the channel of a loop.
    pub(crate) fn channel_id(&self, stack: &Stack) -> String {
        self.physical_id(stack, "Channel")
    }

    /// The id of a resource of a stack.
    pub(crate) fn physical_id(&self, stack: &Stack, resource: &str) -> String {
        let describe = ["cloudformation", "describe-stack-resource", "--stack-name", &stack.id];
        let found = self.aws(&[&describe[..], &["--logical-resource-id", resource]].concat());
        found["StackResourceDetail"]["PhysicalResourceId"].as_str().unwrap().to_owned()
    }

    /// Every reason that an event of the stack gives.
    pub(crate) fn reasons(&self, stack: &Stack) -> String {
        let events =
            self.aws(&["cloudformation", "describe-stack-events", "--stack-name", &stack.id]);
        let events = events["StackEvents"].as_array().unwrap().iter();
        let reasons = events.filter_map(|event| event["ResourceStatusReason"].as_str());
        reasons.collect::<Vec<_>>().join("\n")
    }

    fn create(&self, name: &str, template: &str, parameters: &[(&str, &str)]) -> Stack {
        let parameters = parameters
            .iter()
            .map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }));
        let (template, parameters) =
            (format!("file://{template}"), parameters.collect::<Value>().to_string());
        let create = ["cloudformation", "create-stack", "--stack-name", name];
        let with = ["--template-body", &template, "--parameters", &parameters];
        let made = self.aws(&[&create[..], &with, &["--capabilities", "CAPABILITY_IAM"]].concat());
        Stack { id: made["StackId"].as_str().unwrap().to_owned() }
    }

    fn describe(&self, stack: &Stack) -> Value {
        let all = self.aws(&["cloudformation", "describe-stacks", "--stack-name", &stack.id]);
        all["Stacks"][0].clone()
    }
}

//! The stacks of an account, by `aws cloudformation`. A stack is named by its name or its id; a
//! deleted one is found by its id alone.

use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::Account;
use crate::programs::wait_until;

impl Account {
    /// Begins to create a stack that carries a tag. Says its id.
    #[track_caller]
    pub fn create_stack(
        &self,
        name: &str,
        template: &Path,
        parameters: &[(&str, &str)],
        (key, value): (&str, &str),
    ) -> String {
        let file = format!("file://{}", template.display());
        let tag = format!("Key={key},Value={value}");
        let parameters = parameters
            .iter()
            .map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }));
        let parameters = parameters.collect::<Value>().to_string();
        let create = ["cloudformation", "create-stack", "--stack-name", name, "--tags", &tag];
        let of = ["--template-body", &file, "--capabilities", "CAPABILITY_IAM"];
        let with = ["--parameters", &parameters];
        let with = if parameters == "[]" { &[] } else { &with[..] };
        let made = self.aws(&[&create[..], &of, with].concat());
        made["StackId"].as_str().unwrap().to_owned()
    }

    /// Changes a stack's template, if there is one, and these parameters, and nothing else. Says
    /// what became of it.
    #[track_caller]
    pub fn update_stack(
        &self,
        stack: &str,
        template: Option<&Path>,
        changed: &[(&str, &str)],
    ) -> String {
        let described = self.stack(stack);
        let parameters = described["Parameters"].as_array().unwrap().iter().map(|parameter| {
            let name = parameter["ParameterKey"].as_str().unwrap();
            match changed.iter().find(|(changed, _)| *changed == name) {
                Some((_, value)) => json!({ "ParameterKey": name, "ParameterValue": value }),
                None => json!({ "ParameterKey": name, "UsePreviousValue": true }),
            }
        });
        let parameters = parameters.collect::<Value>().to_string();
        let file = template.map(|template| format!("file://{}", template.display()));
        let template = match &file {
            Some(file) => &["--template-body", file][..],
            None => &["--use-previous-template"],
        };
        let update = ["cloudformation", "update-stack", "--stack-name", stack];
        let with = ["--capabilities", "CAPABILITY_IAM", "--parameters", &parameters];
        self.aws(&[&update[..], template, &with].concat());
        self.settle(stack)
    }

    /// Deletes a stack. Says what became of it.
    #[track_caller]
    pub fn delete_stack(&self, id: &str) -> String {
        self.aws(&["cloudformation", "delete-stack", "--stack-name", id]);
        self.settle(id)
    }

    /// Waits until nothing is in progress, and says in which state the stack is then.
    #[track_caller]
    pub fn settle(&self, stack: &str) -> String {
        let mut status = Value::Null;
        wait_until(&format!("the stack {stack} settles"), || {
            status = self.stack(stack)["StackStatus"].take();
            let settled = !status.as_str().unwrap().ends_with("IN_PROGRESS");
            if !settled {
                // The AWS CLI takes a processor from the work that it looks at.
                thread::sleep(Duration::from_millis(200));
            }
            settled
        });
        status.as_str().unwrap().to_owned()
    }

    /// The stack as CloudFormation describes it.
    #[track_caller]
    pub fn stack(&self, stack: &str) -> Value {
        self.aws(&["cloudformation", "describe-stacks", "--stack-name", stack])["Stacks"][0].take()
    }

    /// The value of a stack's parameter.
    #[track_caller]
    pub fn parameter(&self, stack: &str, name: &str) -> String {
        let parameters = self.stack(stack)["Parameters"].take();
        let mut all = parameters.as_array().unwrap().iter();
        let found = all.find(|it| it["ParameterKey"] == name);
        found.unwrap_or_else(|| panic!("{parameters}"))["ParameterValue"].as_str().unwrap().into()
    }

    /// The id of a resource of a stack.
    #[track_caller]
    pub fn physical_id(&self, stack: &str, resource: &str) -> String {
        let describe = ["cloudformation", "describe-stack-resource", "--stack-name", stack];
        let found = self.aws(&[&describe[..], &["--logical-resource-id", resource]].concat());
        found["StackResourceDetail"]["PhysicalResourceId"].as_str().unwrap().to_owned()
    }

    /// Every reason that an event of the stack gives.
    #[track_caller]
    pub fn reasons(&self, stack: &str) -> String {
        let events = self.aws(&["cloudformation", "describe-stack-events", "--stack-name", stack]);
        let events = events["StackEvents"].as_array().unwrap().iter();
        let reasons = events.filter_map(|event| event["ResourceStatusReason"].as_str());
        reasons.collect::<Vec<_>>().join("\n")
    }
}

//! Everything that is in an account.

use serde_json::json;

use super::{Account, Done};
use crate::programs::root;

/// The lists that are empty when no stack is left, and under which key.
const LISTS: [(&[&str], &str); 11] = [
    (&["cloudformation", "describe-stacks"], "Stacks"),
    (&["lambda", "list-functions"], "Functions"),
    (&["iam", "list-roles"], "Roles"),
    (&["iam", "list-policies", "--scope", "Local"], "Policies"),
    (&["events", "list-rules"], "Rules"),
    (&["events", "list-rules", "--event-bus-name", "lilo"], "Rules"),
    (&["events", "list-event-buses", "--name-prefix", "lilo"], "EventBuses"),
    (&["logs", "describe-log-groups"], "logGroups"),
    (&["cloudwatch", "describe-alarms"], "MetricAlarms"),
    (&["cloudformation", "list-exports"], "Exports"),
    (&["sqs", "list-queues"], "QueueUrls"),
];

impl Account {
    /// Every stack with its status, every bucket, and what is in it or waits for it.
    #[track_caller]
    pub fn everything(&self) -> Vec<String> {
        let mut command = self.command("python");
        let script = root().join("tests/support/account/everything.py");
        let told = Done::of(command.arg(script).envs(super::TESTER).output().unwrap()).well();
        let mut all: Vec<_> = told.lines().map(str::to_owned).collect();
        all.sort();
        all
    }

    /// Every stack with its status, and every bucket.
    #[track_caller]
    pub fn stacks_and_buckets(&self) -> Vec<String> {
        let mut all = self.everything();
        all.retain(|line| line.starts_with("stack ") || line.starts_with("bucket "));
        all
    }

    /// The channels and inputs that are not deleted, by their state.
    #[track_caller]
    pub fn in_medialive(&self) -> Vec<String> {
        let states = |list: &str, key: &str| {
            let all = self.aws(&["medialive", list])[key].take();
            let states = all.as_array().unwrap().iter().map(|it| it["State"].to_string());
            states.filter(|state| state != "\"DELETED\"").collect::<Vec<_>>()
        };
        [states("list-channels", "Channels"), states("list-inputs", "Inputs")].concat()
    }

    /// No input or channel, no stack, and nothing that a stack made. Buckets may be there.
    #[track_caller]
    pub fn assert_nothing_is_left(&self) {
        assert_eq!(self.in_medialive(), [""; 0]);
        for (list, key) in LISTS {
            // The address is in the environment too, where `aws sqs` does not look for it.
            let left = self.aws(&[list, &["--endpoint-url", &self.url]].concat());
            assert_eq!(left[key], json!([]), "{list:?}");
        }
    }
}

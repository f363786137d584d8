//! What is left of it all: nothing.

use serde_json::json;

use super::{Account, is_gone};

/// What an account of this test's own lists when all is taken away, and under which key.
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
    /// No input or channel, no stack, and nothing that a stack made. The bucket with the code is the test's own.
    pub(crate) fn assert_nothing_is_left(&self) {
        self.assert_medialive_is_empty();
        for (list, key) in LISTS {
            // The address is in the environment too, where `aws sqs` does not look for it.
            let left = self.aws(&[list, &["--endpoint-url", &self.aws]].concat());
            assert_eq!(left[key], json!([]), "{list:?}");
        }
    }

    /// No input or channel but deleted ones.
    pub(crate) fn assert_medialive_is_empty(&self) {
        for (list, key) in [("list-channels", "Channels"), ("list-inputs", "Inputs")] {
            let left = self.aws(&["medialive", list]);
            assert!(left[key].as_array().unwrap().iter().all(is_gone), "{left:#}");
        }
    }
}

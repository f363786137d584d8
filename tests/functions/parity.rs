//! What reaches the wire for default parameters, compared with what LILO makes.

use std::collections::BTreeMap;

use lilo_tests::{Cloud, Function, samples};
use serde_json::Value;

/// Where we differ from the AWS sample on purpose: path on the wire, and the decision record that
/// says why.
///
/// A path that ends in `*` stands for everything below it.
const INPUT_DIFFERENCES: [(&str, &str); 6] = [
    ("inputSecurityGroups.0", "0002-parity"), // a CIDR where ids belong; left out
    ("name", "0002-parity"),                  // the stack's name: two stacks never collide
    ("roleArn", "0002-parity"),               // bootstrap's role, a real ARN here
    ("requestId", "0002-parity"),             // ours
    ("sources.1.*", "0013-two-sources"), // the same file again: every input is of class STANDARD
    ("tags.*", "0002-parity"),           // scoped tags
];
const CHANNEL_DIFFERENCES: [(&str, &str); 7] = [
    ("encoderSettings.thumbnailConfiguration.*", "0002-parity"), // said, not left to MediaLive
    ("inputAttachments.0.inputId", "0002-parity"),               // the id that was made
    ("inputAttachments.0.inputSettings.audioSelectors.*", "0002-parity"), // LILO refers to one, and defines none
    ("name", "0002-parity"),
    ("roleArn", "0002-parity"),
    ("requestId", "0002-parity"),
    ("tags.*", "0002-parity"),
];

#[tokio::test(start_paused = true)]
async fn create_input_carries_every_setting_of_lilos() {
    let cloud = Cloud::default();

    let reply = cloud.create(Function::Input, &samples::input()).await;

    assert_eq!(reply.failure(), None);
    compare("input", &sent(&cloud, "CreateInput"), &INPUT_DIFFERENCES);
}

#[tokio::test(start_paused = true)]
async fn create_channel_carries_every_setting_of_lilos() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;

    let reply = cloud.create(Function::Channel, &samples::channel(input.physical_id())).await;

    assert_eq!(reply.failure(), None);
    compare("channel", &sent(&cloud, "CreateChannel"), &CHANNEL_DIFFERENCES);
}

#[tokio::test(start_paused = true)]
async fn lilos_own_tag_and_the_scoped_ones_are_set_on_both() {
    let cloud = Cloud::default();
    let input = cloud.create(Function::Input, &samples::input()).await;
    cloud.create(Function::Channel, &samples::channel(input.physical_id())).await;

    for operation in ["CreateInput", "CreateChannel"] {
        let tags = &sent(&cloud, operation)["tags"];
        assert_eq!(tags["StackName"], "Dev");
        assert_eq!(tags["Owner"], "Client");
        assert!(tags["lilo:stack-id"].as_str().unwrap().contains(":stack/Dev/"));
    }
}

#[test]
fn every_difference_has_a_decision_record_that_names_it() {
    for (path, record) in INPUT_DIFFERENCES.iter().chain(&CHANNEL_DIFFERENCES) {
        let file = format!("{}/../docs/decisions/{record}.md", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&file).expect(&file);
        let named = |part: &&str| *part != "*" && part.parse::<usize>().is_err();
        let setting = path.rsplit('.').find(named).unwrap();
        assert!(text.contains(&format!("`{setting}`")), "{file} does not name `{setting}`");
    }
}

/// The body of the one call to `operation`.
fn sent(cloud: &Cloud, operation: &str) -> Value {
    let calls = cloud.calls_to(operation);
    assert_eq!(calls.len(), 1, "one creation");
    calls[0].json()
}

/// Both ways: nothing of LILO's is missing or changed, and nothing is added, except where a
/// difference is on record.
fn compare(resource: &str, sent: &Value, differences: &[(&str, &str)]) {
    let golden: Value =
        serde_json::from_str(include_str!("../golden/lilo-reference.json")).unwrap();
    let golden = leaves(&camel_case(&golden[resource]));
    let sent = leaves(sent);
    let on_record = |path: &str| {
        differences.iter().any(|(known, _)| match known.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix.trim_end_matches('.')),
            None => path == *known,
        })
    };
    let all: std::collections::BTreeSet<_> = golden.keys().chain(sent.keys()).collect();
    for path in all.into_iter().filter(|path| !on_record(path)) {
        assert_eq!(sent.get(path), golden.get(path), "{resource}: {path}");
    }
    for (path, _) in differences {
        let known = path.trim_end_matches(".*");
        let differs = |(found, value): (&String, &Value)| {
            found.starts_with(known)
                && (golden.get(found), sent.get(found)) != (Some(value), Some(value))
        };
        let really = golden.iter().chain(&sent).any(differs);
        assert!(really, "{path} is on record as a difference and is none");
    }
}

/// Path to value, for every scalar and every empty container.
fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    collect("", value, &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| collect(&below(key), value, found));
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| collect(&below(&index.to_string()), item, found));
        }
        // The wire says 96000.0 where the template says 96000.
        Value::Number(number) => {
            found.insert(path.to_owned(), number.as_f64().into());
        }
        leaf => {
            found.insert(path.to_owned(), leaf.clone());
        }
    }
}

/// CloudFormation's PascalCase keys as the API's camelCase ones; tags are data, not keys.
fn camel_case(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| {
                let mut letters = key.chars();
                let first = letters.next().unwrap().to_lowercase();
                (first.chain(letters).collect(), camel_case(value))
            });
            Value::Object(entries.collect())
        }
        Value::Array(items) => items.iter().map(camel_case).collect(),
        leaf => leaf.clone(),
    }
}

//! Other people's observations of MediaLive, replayed against the emulator.
//!
//! `tests/evidence/` has a sample per observation: its source, its grade and its values. R is the
//! raw output of a real account, D a sample of AWS's documentation, T a fixture or a comment of a
//! third party. A sample is replayed step by step, or says why not. Where the emulator is known to
//! differ, `differs` has the reason; the test fails when it comes to agree.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use lilo_medialive_emulator::{Choices, Config, EncoderChoice, Pace};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::{Client, EPOCH, channel, input, just_past};

const FILES: [&str; 4] = [
    include_str!("../evidence/describe.json"),
    include_str!("../evidence/errors.json"),
    include_str!("../evidence/events.json"),
    include_str!("../evidence/others.json"),
];
const SAMPLES: u32 = 37;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    number: u32,
    grade: Grade,
    subject: String,
    source: String,
    /// The source of the request, if it is another one.
    sent: Option<String>,
    not_replayed: Option<String>,
    /// A part of the observation that is not in the steps, and why.
    left_out: Option<String>,
    #[serde(default)]
    encoder: bool,
    first_id: Option<u64>,
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    pace: PaceName,
    #[serde(default)]
    steps: Vec<Value>,
    /// All events, in order, with the members that count.
    events: Option<Vec<Value>>,
    /// All members of the last event's detail.
    members: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Grade {
    R,
    D,
    T,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Choice {
    BusyIsBadRequest,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PaceName {
    #[default]
    OfTheTests,
    Real,
}

/// A pause in seconds, or a request and its answer.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Step {
    wait: Option<u64>,
    request: String,
    send: Value,
    /// What is sent is the tests' own document, `with` these members, by their pointers.
    base: Option<Base>,
    with: BTreeMap<String, Value>,
    status: u16,
    code: Option<String>,
    message: Option<Value>,
    /// Members of the answer, by their pointers.
    shown: BTreeMap<String, Value>,
    absent: Vec<String>,
    /// Checks that fail, and why.
    differs: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Base {
    Input,
    Channel,
}

/// What the comparisons came to.
#[derive(Debug, Default)]
struct Report {
    checks: usize,
    known_to_differ: Vec<String>,
    unexpected: Vec<String>,
}

/// A sample in progress.
struct Replay<'a> {
    client: Client,
    sample: &'a Sample,
    report: &'a mut Report,
    /// The last ids, by the names that stand for them.
    ids: BTreeMap<&'static str, String>,
}

#[tokio::test(start_paused = true)]
async fn what_others_saw_of_medialive_is_seen_here() {
    let samples = FILES
        .iter()
        .flat_map(|it| serde_json::from_str::<Vec<Sample>>(it).unwrap())
        .collect::<Vec<_>>();
    let numbers = samples.iter().map(|it| it.number).collect::<Vec<_>>();
    assert_eq!(numbers, (1..=SAMPLES).collect::<Vec<_>>());

    let (mut report, mut replayed) = (Report::default(), 0);
    for sample in &samples {
        let Sample { number, grade, subject, source, .. } = sample;
        println!("{number} {grade:?} {subject} ({source})");
        for (what, text) in [("request from", &sample.sent), ("left out", &sample.left_out)] {
            if let Some(text) = text {
                println!("   {what}: {text}");
            }
        }
        if let Some(reason) = &sample.not_replayed {
            assert!(sample.steps.is_empty(), "{number} has steps that are not replayed");
            println!("   not replayed: {reason}");
            continue;
        }
        let before = report.checks;
        Replay::new(sample, &mut report).run().await;
        assert!(report.checks > before, "{number} checks nothing");
        replayed += 1;
    }

    for line in &report.known_to_differ {
        println!("differs: {line}");
    }
    println!(
        "{SAMPLES} samples, {replayed} replayed; {} checks, {} differ, {} of them known",
        report.checks,
        report.unexpected.len() + report.known_to_differ.len(),
        report.known_to_differ.len(),
    );
    assert!(report.unexpected.is_empty(), "{:#?}", report.unexpected);
}

impl<'a> Replay<'a> {
    fn new(sample: &'a Sample, report: &'a mut Report) -> Self {
        let mut choices = Choices::default();
        for choice in &sample.choices {
            match choice {
                Choice::BusyIsBadRequest => choices.busy_input_is_a_bad_request = true,
            }
        }
        let config = Config {
            pace: match sample.pace {
                PaceName::OfTheTests => Client::new().pace,
                PaceName::Real => Pace::real(),
            },
            encoder: if sample.encoder { EncoderChoice::Ffmpeg } else { EncoderChoice::None },
            first_id: sample.first_id.unwrap_or(Config::default().first_id),
            epoch: Some(EPOCH.parse().unwrap()),
            choices,
            ..Config::default()
        };
        Self { client: Client::with(config), sample, report, ids: BTreeMap::new() }
    }

    async fn run(mut self) {
        for (place, step) in self.sample.steps.iter().enumerate() {
            let mut text = step.to_string();
            for (name, id) in &self.ids {
                text = text.replace(name, id);
            }
            let step = serde_json::from_str::<Step>(&text).unwrap();
            match step.wait {
                Some(seconds) => just_past(Duration::from_secs(seconds)).await,
                None => self.call(place, step).await,
            }
        }
        self.compare_events().await;
    }

    async fn call(&mut self, place: usize, step: Step) {
        let (method, path) = step.request.split_once(' ').unwrap();
        let mut body = match step.base {
            Some(Base::Input) => input(),
            Some(Base::Channel) => channel(self.ids.get("$INPUT").map_or("", String::as_str)),
            None => step.send.clone(),
        };
        step.with.iter().for_each(|(pointer, value)| put(&mut body, pointer, value));
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(path).body(body).unwrap();
        let answer = self.client.send(request).await;
        for (name, kind) in
            [("$INPUT", "input"), ("$CHANNEL", "channel"), ("$GROUP", "securityGroup")]
        {
            if let Some(id) = answer.body[kind]["id"].as_str() {
                self.ids.insert(name, id.to_owned());
            }
        }

        let mut check = |name: &str, expected: &Value, found: Option<&Value>| {
            let label = format!("{} step {place}, {name}", self.sample.number);
            self.report.check(&label, expected, found, step.differs.get(name));
        };
        check("status", &json!(step.status), Some(&json!(answer.status.as_u16())));
        if let Some(code) = &step.code {
            let found =
                answer.headers.get("x-amzn-errortype").map(|it| json!(it.to_str().unwrap()));
            check("code", &json!(code), found.as_ref());
        }
        if let Some(message) = &step.message {
            check("message", message, answer.body.get("message"));
        }
        for (pointer, expected) in &step.shown {
            check(pointer, expected, answer.body.pointer(pointer));
        }
        for pointer in &step.absent {
            check(pointer, &json!({ "present": false }), answer.body.pointer(pointer));
        }
    }

    async fn compare_events(&mut self) {
        let Some(expected) = &self.sample.events else { return };
        let told = self.client.lines("/_emulator/events").await;
        let number = self.sample.number;
        let counts = (json!(expected.len()), json!(told.len()));
        self.report.check(&format!("{number} events"), &counts.0, Some(&counts.1), None);
        for (place, (expected, told)) in expected.iter().zip(&told).enumerate() {
            for (pointer, expected) in leaves("", expected) {
                let label = format!("{number} event {place}, {pointer}");
                self.report.check(&label, expected, told.pointer(&pointer), None);
            }
        }
        if let Some(members) = &self.sample.members {
            let detail = told.last().and_then(|it| it["detail"].as_object());
            let shown = detail.map(|it| json!(it.keys().collect::<Vec<_>>()));
            self.report.check(&format!("{number} members"), &json!(members), shown.as_ref(), None);
        }
    }
}

impl Report {
    fn check(
        &mut self,
        label: &str,
        expected: &Value,
        found: Option<&Value>,
        differs: Option<&String>,
    ) {
        self.checks += 1;
        match (matches(expected, found), differs) {
            (true, None) => {}
            (false, Some(reason)) => self.known_to_differ.push(format!("{label}: {reason}")),
            (true, Some(_)) => self.unexpected.push(format!("{label} agrees now")),
            (false, None) => {
                self.unexpected.push(format!("{label}: expected {expected}, found {found:?}"));
            }
        }
    }
}

/// The same value. `begins`, `ends`, `present` and `hexadecimal` describe a value instead.
fn matches(expected: &Value, found: Option<&Value>) -> bool {
    if let Some(matcher) = matcher(expected) {
        let text = found.and_then(Value::as_str).unwrap_or_default();
        return matcher.iter().all(|(name, value)| match (name.as_str(), value) {
            ("begins", Value::String(begin)) => text.starts_with(begin),
            ("ends", Value::String(end)) => text.ends_with(end),
            ("present", Value::Bool(present)) => found.is_some() == *present,
            ("hexadecimal", Value::Number(digits)) => {
                Some(text.len() as u64) == digits.as_u64()
                    && text.chars().all(|it| it.is_ascii_hexdigit())
            }
            (name, _) => panic!("{name} is no matcher"),
        });
    }
    found == Some(expected)
}

fn matcher(expected: &Value) -> Option<&Map<String, Value>> {
    let members = expected.as_object().filter(|it| !it.is_empty())?;
    members
        .keys()
        .all(|it| ["begins", "ends", "hexadecimal", "present"].contains(&it.as_str()))
        .then_some(members)
}

/// The values in an object of objects, by their pointers.
fn leaves<'a>(pointer: &str, value: &'a Value) -> Vec<(String, &'a Value)> {
    match value.as_object().filter(|_| matcher(value).is_none()) {
        Some(members) => {
            members.iter().flat_map(|(name, it)| leaves(&format!("{pointer}/{name}"), it)).collect()
        }
        None => vec![(pointer.to_owned(), value)],
    }
}

/// Sets a member of an object or an item of a list; null removes it.
fn put(document: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value.clone(),
        parent if value.is_null() => drop(parent.as_object_mut().unwrap().remove(name)),
        parent => parent[name] = value.clone(),
    }
}

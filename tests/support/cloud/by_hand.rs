//! What a test does one by one: CloudFormation's requests, EventBridge's events, a person's hand.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use jiff::Timestamp;
use lilo_local_cloud::eventbridge::DEFAULT_BUS;
use lilo_medialive::InputSpec;
use lilo_runtime::Aws;
use serde_json::Value;
use tokio::task::LocalSet;

use super::bootstrap::targets;
use super::lambda::Lambda;
use super::{ACCOUNT, Cloud, REGION, clients};
use crate::{Function, samples};

/// What CloudFormation got for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply(pub Value);

impl Reply {
    /// The physical id in it.
    #[must_use]
    pub fn physical_id(&self) -> &str {
        self.0["PhysicalResourceId"].as_str().expect("every reply has a physical id")
    }

    /// The reason of a FAILED one; `None` for SUCCESS.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self.0["Status"].as_str() {
            Some("SUCCESS") => None,
            Some("FAILED") => Some(self.0["Reason"].as_str().expect("a reason")),
            other => panic!("no such status: {other:?}"),
        }
    }
}

/// The id of the stack called `name`.
pub(super) fn stack_id(name: &str) -> String {
    format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/0")
}

/// A ResponseURL with this path, signed as this says.
pub(super) fn response_url(path: &str, signed: &str) -> String {
    format!("https://reply.s3.{REGION}.amazonaws.com{path}?{signed}&X-Amz-Signature=secret")
}

/// The path of a request's ResponseURL.
fn path_of(payload: &Value) -> String {
    let url = payload["ResponseURL"].as_str().unwrap_or_default();
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    format!("/{}", path.split('?').next().unwrap_or_default())
}

impl Cloud {
    /// What the function called `role` reaches.
    #[must_use]
    pub fn aws(&self, role: &'static str) -> Aws {
        let connector = SharedHttpConnector::new(self.connector(role, &Value::Null));
        clients::aws(&connector, role, &self.clock)
    }

    /// Takes a tag off a resource by hand.
    pub async fn person_removes_tag(&self, arn: &str, key: &str) {
        self.person_sdk().delete_tags().resource_arn(arn).tag_keys(key).send().await.expect("done");
    }

    /// Makes an input by hand, and returns its id.
    pub async fn person_creates_an_input(&self) -> String {
        let spec = InputSpec {
            name: "theirs".into(),
            sources: ["https://example.com/theirs.mp4"; 2].map(Into::into),
            role_arn: "arn:aws:iam::111122223333:role/theirs".into(),
            tags: [("Owner".to_owned(), "them".to_owned())].into(),
        };
        self.person().create_input(&spec, "theirs").await.expect("made").id
    }

    /// Delivers a Create with these properties, and returns the one answer.
    pub async fn create(&self, function: Function, properties: &Value) -> Reply {
        self.deliver(function, &samples::create_with(function, properties)).await
    }

    /// The same for another stack.
    pub async fn create_in(&self, stack: &str, function: Function, properties: &Value) -> Reply {
        let mut request = samples::create_with(function, properties);
        request["StackId"] = stack_id(stack).into();
        self.deliver(function, &request).await
    }

    /// Delivers a Delete of this physical id, and returns the one answer.
    pub async fn delete(&self, function: Function, physical_id: &str) -> Reply {
        let mut request = samples::delete(function);
        request["PhysicalResourceId"] = physical_id.into();
        self.deliver(function, &request).await
    }

    /// Delivers an Update from old to new properties, and returns the one answer.
    pub async fn update(
        &self,
        function: Function,
        physical_id: &str,
        (old, new): (&Value, &Value),
    ) -> Reply {
        let mut request = samples::update(function, physical_id, (old, new));
        let number = self.services.state().journal.requests.len();
        request["RequestId"] = format!("update-{number}").into();
        request["ResponseURL"] = format!("https://x/update-{number}").into();
        self.deliver(function, &request).await
    }

    /// What a ResponseURL that is signed now says of it.
    #[must_use]
    pub fn signed_now(&self) -> String {
        let now = Timestamp::try_from(self.clock.now()).expect("a time");
        now.strftime("X-Amz-Date=%Y%m%dT%H%M%SZ").to_string()
    }

    /// Delivers a payload with a ResponseURL of this cloud, signed now, and returns the one answer,
    /// however many invocations it takes.
    pub async fn deliver(&self, function: Function, payload: &Value) -> Reply {
        self.deliver_as(&self.signed_now(), function, payload).await
    }

    /// The same, with a URL that was signed as this says.
    ///
    /// # Panics
    /// When an invocation fails, there is not exactly one answer, or something is wrong with it by
    /// itself.
    pub async fn deliver_as(&self, signed: &str, function: Function, payload: &Value) -> Reply {
        let mut payload = payload.clone();
        // The path stays: a request that is delivered again comes with the same URL, another one
        // does not.
        let path = path_of(&payload);
        payload["ResponseURL"] = response_url(&path, signed).into();
        let at = self.services.state().journal.register(function, &payload, path);
        let before = self.services.state().journal.requests[at].replies.len();
        let mut next = Some((Lambda::Of(function), payload));
        while let Some((lambda, payload)) = next {
            self.attempt(lambda, payload).await.expect("the request is answered, or handed on");
            next = self.services.take_handed_on().pop();
        }
        let journal = &self.services.state().journal;
        assert!(journal.wrong.is_empty(), "{:#?}", journal.wrong);
        let replies = &journal.requests[at].replies[before..];
        let [reply] = replies else { panic!("one answer, not {replies:?}") };
        Reply(reply.clone())
    }

    /// Has CloudFormation wait for the answer to a request that a test delivers in its own way.
    pub fn expect_answer(&self, function: Function, payload: &Value) {
        let path = path_of(payload);
        self.services.state().journal.register(function, payload, path);
    }

    /// The payloads that were handed on to another invocation, and not taken yet.
    #[must_use]
    pub fn take_handed_on(&self) -> Vec<Value> {
        self.services.take_handed_on().into_iter().map(|(_, payload)| payload).collect()
    }

    /// The event as if it had just happened.
    #[must_use]
    pub fn at_now(&self, event: Value) -> Value {
        let now = Timestamp::try_from(self.clock.now()).expect("a time");
        samples::with(event, "time", now.to_string())
    }

    /// Delivers one event to the starter.
    ///
    /// # Errors
    /// Why the invocation failed.
    pub async fn start(&self, event: &Value) -> Result<(), String> {
        self.attempt(Lambda::Starter, event.clone()).await
    }

    /// Runs `scenario` while every event that the start rule matches goes to the starter at once.
    pub async fn with_starter<T>(&self, scenario: impl Future<Output = T>) -> T {
        let mut events = self.subscribe();
        let deliver = async {
            while let Ok(event) = events.recv().await {
                let event = serde_json::to_value(&event).expect("JSON");
                for (lambda, payload) in targets(DEFAULT_BUS, &event) {
                    assert_eq!(lambda, Lambda::Starter);
                    self.start(&payload).await.expect("the starter copes");
                }
            }
        };
        LocalSet::new()
            .run_until(async {
                tokio::select! {
                    done = scenario => done,
                    () = deliver => unreachable!("the emulator outlives the scenario"),
                }
            })
            .await
    }

    /// Lets MediaLive's time pass.
    pub async fn pass(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    /// The operations of MediaLive's that `role` called so far, in order, without the looks.
    #[must_use]
    pub fn operations_of(&self, role: &str) -> Vec<String> {
        let calls = self.calls().into_iter();
        calls
            .filter(|call| call.role.as_deref() == Some(role))
            .map(|call| call.operation)
            .filter(|operation| {
                !["Describe", "List"].iter().any(|look| operation.starts_with(look))
            })
            .collect()
    }
}

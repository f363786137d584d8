//! The world: CloudFormation's requests, EventBridge's events, a person's hand.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_medialive::Client;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::FutureExt;
use jiff::Timestamp;
use lambda_runtime::{Context, LambdaEvent};
use lilo_local_cloud::eventbridge::DEFAULT_BUS;
use lilo_medialive::{InputSpec, MediaLive};
use lilo_medialive_emulator::{Config as EmulatorConfig, Emulator, Pace};
use lilo_runtime::{Aws, Clock};
use serde_json::Value;
use tokio::task::LocalSet;
use tokio::time::Instant;

use crate::cloud::{ACCOUNT, Lambda, REGION, limits, targets};
use crate::wire::REPLY_HOST;
use crate::{Wire, aws, samples};

/// One of LILO's functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// `lilo-input`.
    Input,
    /// `lilo-channel`.
    Channel,
}

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

/// An emulated MediaLive with LILO's functions around it.
#[derive(Debug)]
pub struct World {
    /// The emulated service.
    pub emulator: Emulator,
    /// Everything that the functions sent.
    pub wire: Wire,
    /// The time of everything: it passes with tokio's.
    pub clock: Clock,
}

/// When every world begins.
pub(crate) const EPOCH: &str = "2026-11-22T10:00:00Z";

impl Default for World {
    fn default() -> Self {
        Self::at(Pace::fast())
    }
}

impl World {
    /// A world whose MediaLive takes these times.
    #[must_use]
    pub fn at(pace: Pace) -> Self {
        let epoch: Timestamp = EPOCH.parse().expect("a time");
        let config = EmulatorConfig {
            region: REGION.into(),
            account: ACCOUNT.into(),
            epoch: Some(epoch),
            pace,
            ..EmulatorConfig::default()
        };
        let emulator = Emulator::new(config);
        let wire = Wire::new(emulator.router());
        let begun = Instant::now();
        let clock = Clock::new(move || SystemTime::from(epoch + begun.elapsed()));
        Self { emulator, wire, clock }
    }

    /// What the function called `role` reaches.
    #[must_use]
    pub fn aws(&self, role: &'static str) -> Aws {
        aws::aws(&SharedHttpConnector::new(self.wire.clone()), role, &self.clock)
    }

    fn sdk(&self, role: &'static str) -> Client {
        aws::medialive(&SharedHttpConnector::new(self.wire.clone()), role)
    }

    /// Takes a tag off a resource by hand.
    pub async fn person_removes_tag(&self, arn: &str, key: &str) {
        self.sdk("person")
            .delete_tags()
            .resource_arn(arn)
            .tag_keys(key)
            .send()
            .await
            .expect("done");
    }

    /// MediaLive as a person reaches it.
    #[must_use]
    pub fn person(&self) -> MediaLive {
        self.aws("person").medialive
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
        let arn = format!("arn:aws:cloudformation:eu-west-1:111122223333:stack/{stack}/0");
        request["StackId"] = arn.into();
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
        let number = self.wire.to_cloudformation().len();
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

    /// Delivers a payload with a ResponseURL of the world, signed now, and returns the one answer, however many invocations it
    /// takes.
    pub async fn deliver(&self, function: Function, payload: &Value) -> Reply {
        self.deliver_as(&self.signed_now(), function, payload).await
    }

    /// The same, with a URL that was signed as this says.
    pub async fn deliver_as(&self, signed: &str, function: Function, payload: &Value) -> Reply {
        let before = self.wire.to_cloudformation().len();
        let mut payload = payload.clone();
        // The path stays: a request that is delivered again comes with the same URL, another one does not.
        let url = payload["ResponseURL"].as_str().unwrap_or_default();
        let path = url.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        payload["ResponseURL"] =
            format!("https://{REPLY_HOST}/{path}?{signed}&X-Amz-Signature=secret").into();
        let mut next = Some(payload);
        while let Some(payload) = next {
            self.invoke(function, payload).await;
            next = self.wire.take_handed_on().pop();
        }
        let mut replies = self.wire.to_cloudformation().split_off(before);
        replies.retain(|reply| reply.path.trim_start_matches('/').starts_with(&path));
        let [reply] = replies.as_slice() else { panic!("one answer, not {replies:?}") };
        assert_eq!((reply.method.as_str(), reply.content_type.as_deref()), ("PUT", None));
        Reply(reply.body.clone())
    }

    async fn invoke(&self, function: Function, payload: Value) {
        let event = LambdaEvent::new(payload, self.context(Lambda::Of(function)));
        match function {
            Function::Input => {
                let aws = self.aws("lilo-input");
                lilo_input::handle(event, &aws).boxed_local().await
            }
            Function::Channel => {
                let aws = self.aws("lilo-channel");
                lilo_channel::handle(event, &aws).boxed_local().await
            }
        }
        .expect("the request is answered, or handed on");
    }

    fn context(&self, lambda: Lambda) -> Context {
        let deadline = self.clock.now() + limits(lambda).timeout;
        let since_1970 = deadline.duration_since(UNIX_EPOCH).expect("after 1970");
        let mut context = Context::default();
        context.deadline = u64::try_from(since_1970.as_millis()).expect("fits");
        context
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
    /// What the starter fails with.
    pub async fn start(&self, event: &Value) -> Result<(), lilo_starter::Error> {
        let event = LambdaEvent::new(event.clone(), self.context(Lambda::Starter));
        lilo_starter::handle(event, &self.aws("lilo-starter")).boxed_local().await
    }

    /// Runs `scenario` while every event that the start rule matches goes to the starter at once.
    pub async fn with_starter<T>(&self, scenario: impl Future<Output = T>) -> T {
        let mut events = self.emulator.subscribe();
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

    /// The operations that `role` called so far, in order, without the looks.
    #[must_use]
    pub fn operations_of(&self, role: &str) -> Vec<String> {
        let calls = self.emulator.calls().into_iter();
        calls
            .filter(|call| call.role.as_deref() == Some(role))
            .map(|call| call.operation)
            .filter(|operation| {
                !["Describe", "List"].iter().any(|look| operation.starts_with(look))
            })
            .collect()
    }
}

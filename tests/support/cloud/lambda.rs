//! Lambda's asynchronous invocation (developer guide, "How Lambda handles errors and retries with asynchronous invocation").

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::FutureExt;
use lambda_runtime::{Context, LambdaEvent};
use lilo_lifecycle::chain;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::Cloud;
use super::line::Line;
use crate::aws;

/// As in infra/bootstrap.yaml.
const TIMEOUT: Duration = Duration::from_secs(900);

/// Before each attempt.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(60), Duration::from_secs(120)];

/// A function, and how old an event may be that it is still invoked for (infra/bootstrap.yaml).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lambda {
    pub(super) name: &'static str,
    oldest: Duration,
}

pub(super) const INPUT: Lambda = Lambda { name: "lilo-input", oldest: Duration::from_secs(1800) };
pub(super) const CHANNEL: Lambda =
    Lambda { name: "lilo-channel", oldest: Duration::from_secs(3600) };
pub(super) const STARTER: Lambda =
    Lambda { name: "lilo-starter", oldest: Duration::from_secs(3600) };

impl Cloud {
    /// Has `lambda` invoked with `payload` after `delay`, and again when that fails.
    pub(super) fn invoke(&self, lambda: Lambda, payload: Value, delay: Duration) {
        let cloud = self.clone();
        self.under_way.spawn_local(async move {
            let arrived = Instant::now();
            sleep(delay).await;
            for pause in PAUSES {
                sleep(pause).await;
                let is_too_old = arrived.elapsed() > lambda.oldest + delay;
                if is_too_old || cloud.attempt(lambda, payload.clone()).await.is_ok() {
                    return;
                }
            }
        });
    }

    async fn attempt(&self, lambda: Lambda, payload: Value) -> Result<(), String> {
        let killed = Arc::new(Notify::new());
        let said = Arc::new(AtomicUsize::new(0));
        let line = Line {
            shared: Arc::clone(&self.shared),
            role: lambda.name,
            errand: errand(&payload),
            request: payload["RequestId"].as_str().map(str::to_owned),
            killed: Arc::clone(&killed),
            said: Arc::clone(&said),
        };
        let aws = aws::aws(&SharedHttpConnector::new(line), lambda.name, &self.clock);
        let event = LambdaEvent::new(payload, self.context());
        let handled = async {
            match lambda.name {
                "lilo-input" => {
                    lilo_input::handle(event, &aws).await.map_err(|error| chain(&error))
                }
                "lilo-channel" => {
                    lilo_channel::handle(event, &aws).await.map_err(|error| chain(&error))
                }
                _ => lilo_starter::handle(event, &aws).await.map_err(|error| chain(&error)),
            }
        };
        let handled = AssertUnwindSafe(handled.boxed_local()).catch_unwind();
        let ended = tokio::select! {
            handled = handled => handled.unwrap_or_else(|_| Err("it panicked".to_owned())),
            () = killed.notified() => Err("its process died".to_owned()),
            () = sleep(TIMEOUT) => Err("its time was up".to_owned()),
        };
        let said = said.load(Ordering::Relaxed);
        if lambda != STARTER && ended.is_ok() && said != 1 {
            let wrong = format!("{} answered or handed on {said} times, not once", lambda.name);
            self.shared.journal().wrong.push(wrong);
        }
        ended
    }

    fn context(&self) -> Context {
        let deadline = self.clock.now() + TIMEOUT;
        let since_1970 = deadline.duration_since(UNIX_EPOCH).expect("after 1970");
        let mut context = Context::default();
        context.deadline = u64::try_from(since_1970.as_millis()).expect("fits");
        context
    }
}

/// What an invocation is for.
fn errand(payload: &Value) -> String {
    let kind = payload["RequestType"].as_str().or(payload["detail-type"].as_str());
    kind.unwrap_or_default().to_owned()
}

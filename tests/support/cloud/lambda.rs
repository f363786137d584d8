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
use super::bootstrap::{Limits, limits};
use super::line::Line;
use crate::{Function, aws};

/// What an event may invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lambda {
    Of(Function),
    Starter,
}

const LAMBDAS: [Lambda; 3] =
    [Lambda::Of(Function::Input), Lambda::Of(Function::Channel), Lambda::Starter];

impl Lambda {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Of(Function::Input) => "lilo-input",
            Self::Of(Function::Channel) => "lilo-channel",
            Self::Starter => "lilo-starter",
        }
    }

    pub(super) fn of_arn(arn: &str) -> Self {
        let named = LAMBDAS.into_iter().find(|it| arn.rsplit(':').next() == Some(it.name()));
        named.unwrap_or_else(|| panic!("there is no function {arn}"))
    }
}

impl Cloud {
    /// Has `lambda` invoked with `payload` after `delay`, and again when that fails.
    pub(super) fn invoke(&self, lambda: Lambda, payload: Value, delay: Duration) {
        let cloud = self.clone();
        self.under_way.spawn_local(async move {
            let arrived = Instant::now();
            let Limits { oldest, retries, .. } = limits(lambda);
            sleep(delay).await;
            for attempt in 0..=retries {
                sleep(attempt * Duration::from_secs(60)).await;
                let is_too_old = arrived.elapsed() > oldest + delay;
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
            role: lambda.name(),
            errand: errand(&payload),
            request: payload["RequestId"].as_str().map(str::to_owned),
            killed: Arc::clone(&killed),
            said: Arc::clone(&said),
        };
        let aws = aws::aws(&SharedHttpConnector::new(line), lambda.name(), &self.clock);
        let Limits { timeout, .. } = limits(lambda);
        let event = LambdaEvent::new(payload, self.context(timeout));
        let handled = async {
            match lambda {
                Lambda::Of(Function::Input) => {
                    lilo_input::handle(event, &aws).await.map_err(|error| chain(&error))
                }
                Lambda::Of(Function::Channel) => {
                    lilo_channel::handle(event, &aws).await.map_err(|error| chain(&error))
                }
                Lambda::Starter => {
                    lilo_starter::handle(event, &aws).await.map_err(|error| chain(&error))
                }
            }
        };
        let handled = AssertUnwindSafe(handled.boxed_local()).catch_unwind();
        let ended = tokio::select! {
            handled = handled => handled.unwrap_or_else(|_| Err("it panicked".to_owned())),
            () = killed.notified() => Err("its process died".to_owned()),
            () = sleep(timeout) => Err("its time was up".to_owned()),
        };
        let said = said.load(Ordering::Relaxed);
        if lambda != Lambda::Starter && ended.is_ok() && said != 1 {
            let wrong = format!("{} answered or handed on {said} times, not once", lambda.name());
            self.shared.journal().wrong.push(wrong);
        }
        ended
    }

    fn context(&self, timeout: Duration) -> Context {
        let deadline = self.clock.now() + timeout;
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

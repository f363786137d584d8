//! Lambda's asynchronous invocation (developer guide, "How Lambda handles errors and retries with
//! asynchronous invocation").

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::FutureExt;
use lambda_runtime::{Context, LambdaEvent};
use lilo_lifecycle::chain;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::Cloud;
use super::bootstrap::{Limits, limits};
use super::clients;
use super::connector::Connector;
use crate::Function;

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

    /// One invocation; fails with why it did.
    pub(super) async fn attempt(&self, lambda: Lambda, payload: Value) -> Result<(), String> {
        let connector = self.connector(lambda.name(), &payload);
        let (killed, said) = (Arc::clone(&connector.killed), Arc::clone(&connector.said));
        let aws = clients::aws(&SharedHttpConnector::new(connector), lambda.name(), &self.clock);
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
            self.services.state().journal.wrong.push(wrong);
        }
        ended
    }

    /// The way out of an invocation with this payload.
    pub(super) fn connector(&self, role: &'static str, payload: &Value) -> Connector {
        let errand = payload["RequestType"].as_str().or(payload["detail-type"].as_str());
        Connector {
            services: Arc::clone(&self.services),
            role,
            errand: errand.unwrap_or_default().to_owned(),
            request: payload["RequestId"].as_str().map(str::to_owned),
            killed: Arc::default(),
            said: Arc::default(),
        }
    }

    fn context(&self, timeout: Duration) -> Context {
        let deadline = self.clock.now() + timeout;
        let since_1970 = deadline.duration_since(UNIX_EPOCH).expect("after 1970");
        let mut context = Context::default();
        context.deadline = u64::try_from(since_1970.as_millis()).expect("fits");
        context
    }
}

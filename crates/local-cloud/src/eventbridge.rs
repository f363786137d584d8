//! EventBridge: event buses whose rules send events to functions, and PutEvents over HTTP.
//!
//! Decides which rules match an event, when a schedule is due and what targets get. It must not
//! know what an event means or whether a function succeeds: a delivery is an Event invocation, with
//! Lambda's retries.
//!
//! Source: EventBridge user guide, "Event patterns", "Event bus targets", "Scheduled rules".

use std::sync::Arc;

use serde_json::Value;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{Config, Error, lambda::Lambda, loopback::Server};

mod envelope;
mod pattern;
mod put_events;
mod rule;
mod rules;
mod schedule;

use envelope::Envelope;
pub use rule::Rule;
pub use rules::Rules;

/// The bus of every account, to which AWS services send their events.
pub const DEFAULT_BUS: &str = "default";

/// A bus's name, from its name or ARN.
pub(crate) fn name_of(bus: &str) -> &str {
    bus.rsplit_once('/').map_or(bus, |(_, name)| name)
}

/// The platform's EventBridge; clones share the buses. Dropping the last one stops PutEvents and
/// the schedules.
#[derive(Clone, Debug)]
pub struct EventBridge {
    buses: Arc<Buses>,
    server: Arc<Server>,
    _schedules: Arc<DropGuard>,
}

/// An event on its way to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The rule that matched.
    pub rule: String,
    /// The target function's ARN.
    pub function: String,
    /// The invocation's request id.
    pub invocation: String,
}

/// What the handlers of PutEvents and the schedules share.
#[derive(Debug)]
struct Buses {
    config: Config,
    rules: Rules,
    lambda: Lambda,
}

impl EventBridge {
    /// Serves the default bus and the buses `names` on a free loopback port, and starts the
    /// schedules. The targets of `rules` are functions of `lambda`; they can be registered later.
    ///
    /// # Errors
    /// When a rule's bus does not exist, or no loopback port can be bound.
    pub async fn start(
        config: Config,
        names: Vec<String>,
        rules: Vec<Rule>,
        lambda: Lambda,
    ) -> Result<Self, Error> {
        let rules = Rules::new(names, rules)?;
        let buses = Arc::new(Buses { config, rules, lambda });
        let server = Server::start("EventBridge", put_events::router(buses.clone())).await?;
        let stop = CancellationToken::new();
        schedule::run(&buses, &stop);
        Ok(Self { buses, server: Arc::new(server), _schedules: Arc::new(stop.drop_guard()) })
    }

    /// The endpoint of PutEvents.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Delivers an event of an AWS service, in EventBridge's envelope (`source`, `detail-type`,
    /// `detail` and so on), to every target of every matching rule of the default bus. Says to
    /// which.
    #[expect(clippy::must_use_candidate, reason = "the event is delivered either way")]
    pub fn put(&self, event: &Value) -> Vec<Delivery> {
        self.buses.put(DEFAULT_BUS, event)
    }
}

impl Buses {
    fn put(&self, bus: &str, event: &Value) -> Vec<Delivery> {
        let Some(rules) = self.rules.matching(bus, event) else {
            tracing::warn!(bus, "lost an event: no such event bus");
            return Vec::new();
        };
        rules.into_iter().flat_map(|rule| self.deliver(rule, event)).collect()
    }

    /// Sends the event to each target of the rule.
    fn deliver(&self, rule: &Rule, event: &Value) -> Vec<Delivery> {
        let rule_name = rule.name();
        let mut deliveries = Vec::new();
        for (function, payload) in rule.inputs(event) {
            match self.lambda.invoke_async(function, &payload) {
                Ok(invocation) => {
                    tracing::debug!(rule_name, function, invocation, "event delivered");
                    let (rule, function) = (rule_name.to_owned(), function.to_owned());
                    deliveries.push(Delivery { rule, function, invocation });
                }
                Err(error) => {
                    tracing::error!(rule_name, %error, "event not delivered");
                }
            }
        }
        deliveries
    }

    /// An event as targets receive it.
    fn envelope(&self, event: &Envelope) -> Value {
        event.to_json(&self.config.region, &self.config.account)
    }
}

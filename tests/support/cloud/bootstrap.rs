//! infra/bootstrap.yaml, evaluated: who gets an event, what limits a function has, how often the
//! sweep comes.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use lilo_local_cloud::Config;
use lilo_local_cloud::cloudformation::Stack;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::eventbridge::{Rule, Rules};
use serde_json::{Value, json};

use super::lambda::Lambda;

/// The Region of everything here.
pub const REGION: &str = "eu-west-1";

/// The account of everything here.
pub const ACCOUNT: &str = "111122223333";

/// Evaluated once in a process: a lifecycle takes milliseconds, and so does the template.
static BOOTSTRAP: LazyLock<Bootstrap> = LazyLock::new(Bootstrap::evaluate);

struct Bootstrap {
    stack: Stack,
    rules: Rules,
    limits: BTreeMap<String, Limits>,
}

/// How long an invocation of a function may take, and how often and how late it is begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) oldest: Duration,
    pub(crate) retries: u32,
}

impl Bootstrap {
    fn evaluate() -> Self {
        let stack = bootstrap_with(&[]);
        let rules = stack.rules().and_then(|rules| Rules::new(stack.buses(), rules));
        let functions = stack.functions().expect("the functions are understood").into_iter();
        let limits = functions.map(|function| {
            let retrying = stack.resources().iter().find(|it| {
                it.resource_type == "AWS::Lambda::EventInvokeConfig"
                    && it.properties["FunctionName"] == function.name.as_str()
            });
            let retrying = &retrying.expect("each function has one").properties;
            let number = |name: &str| retrying[name].as_u64().expect("a number");
            let limits = Limits {
                timeout: function.timeout,
                oldest: Duration::from_secs(number("MaximumEventAgeInSeconds")),
                retries: number("MaximumRetryAttempts").try_into().expect("it fits"),
            };
            (function.name, limits)
        });
        Self { rules: rules.expect("the rules are understood"), limits: limits.collect(), stack }
    }
}

/// The template, evaluated with these parameters beside the usual ones.
///
/// # Panics
/// When it cannot be evaluated with them.
#[must_use]
pub fn bootstrap_with(parameters: &[(&str, &str)]) -> Stack {
    let template = include_str!("../../../infra/bootstrap.yaml");
    let template = Template::parse(template).expect("the template is understood");
    let usual =
        [("CodeBucket", "code"), ("Architecture", "arm64"), ("SourceBuckets", "films,clips")];
    let parameters = usual.iter().chain(parameters);
    let parameters = parameters.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::new(REGION, ACCOUNT);
    let stack = Stack::evaluate("bootstrap", template, &parameters.collect(), &config);
    stack.expect("the template can be evaluated")
}

/// The evaluated template.
#[must_use]
pub fn bootstrap() -> &'static Stack {
    &BOOTSTRAP.stack
}

/// How often the sweep comes.
#[must_use]
pub fn sweep_period() -> Duration {
    let periods: Vec<_> = BOOTSTRAP.rules.all().filter_map(Rule::period).collect();
    let [period] = periods[..] else { panic!("one schedule, not {periods:?}") };
    period
}

pub(crate) fn limits(lambda: Lambda) -> Limits {
    BOOTSTRAP.limits[lambda.name()]
}

/// The functions that an event on this bus goes to, each with its payload.
pub(crate) fn targets(bus: &str, event: &Value) -> Vec<(Lambda, Value)> {
    let rules = BOOTSTRAP.rules.matching(bus, event).expect("the bus is there").into_iter();
    let inputs = rules.flat_map(|rule| rule.inputs(event));
    inputs.map(|(arn, payload)| (Lambda::of_arn(arn), payload)).collect()
}

/// The same of the entries of a PutEvents, each of which is for somebody.
pub(crate) fn targets_of_entries(request: &Value) -> Vec<(Lambda, Value)> {
    let mut all = Vec::new();
    for entry in request["Entries"].as_array().expect("entries") {
        let text = |name: &str| entry[name].as_str().expect("text");
        let detail: Value = serde_json::from_str(text("Detail")).expect("the detail is JSON");
        let event = json!({
            "source": text("Source"), "detail-type": text("DetailType"), "detail": detail,
        });
        let targets = targets(text("EventBusName"), &event);
        assert!(!targets.is_empty(), "no rule matches {entry}");
        all.extend(targets);
    }
    all
}

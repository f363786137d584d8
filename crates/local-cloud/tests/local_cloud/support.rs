//! What the tests share: where the example programs are, and a platform to run them on.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use lilo_local_cloud::cloudformation::StackEvent;
use lilo_local_cloud::cloudformation::template::Template;
use lilo_local_cloud::lambda::{Function, Lambda, LogLine};
use lilo_local_cloud::{Config, Functions, Platform};
use serde_json::Value;
use tokio::sync::mpsc::{self, UnboundedReceiver};

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCOUNT: &str = "111122223333";

/// An example's program; `cargo test` builds them beside the tests unless one target is chosen.
pub(crate) fn example(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push(name);
    assert!(path.exists(), "{} is missing: cargo build --examples", path.display());
    path
}

pub(crate) fn function(name: &str) -> Function {
    Function {
        name: name.into(),
        program: example("function"),
        args: Vec::new(),
        environment: BTreeMap::new(),
        timeout: Duration::from_mins(1),
        memory_mb: 128,
    }
}

pub(crate) fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// An account where retries follow after these milliseconds.
fn config(retries: &[u64]) -> Config {
    let retry_delays = retries.iter().map(|delay| Duration::from_millis(*delay)).collect();
    Config { retry_delays, ..Config::new(REGION, ACCOUNT) }
}

/// A Lambda whose retries follow at once.
pub(crate) async fn lambda() -> (Lambda, UnboundedReceiver<LogLine>) {
    lambda_with_retries(&[1, 2]).await
}

/// A Lambda whose retries follow after these milliseconds.
pub(crate) async fn lambda_with_retries(retries: &[u64]) -> (Lambda, UnboundedReceiver<LogLine>) {
    let (logs, lines) = mpsc::unbounded_channel();
    (Lambda::start(config(retries), logs).await.unwrap(), lines)
}

/// Reads log lines until one contains `part`, and returns it.
pub(crate) async fn line_with(lines: &mut UnboundedReceiver<LogLine>, part: &str) -> LogLine {
    loop {
        let line = lines.recv().await.expect("the platform still runs");
        if line.text.contains(part) {
            return line;
        }
    }
}

/// A platform with what its stacks do and what its functions are asked.
pub(crate) struct Cloud {
    pub(crate) platform: Platform,
    pub(crate) events: UnboundedReceiver<StackEvent>,
    pub(crate) lines: UnboundedReceiver<LogLine>,
    /// The lines that were read so far: two processes may write theirs in either order.
    read: Vec<LogLine>,
}

impl Cloud {
    /// With one function, `resource`, behind every custom resource.
    pub(crate) async fn start(second: Duration) -> Self {
        let resource = "Resources:
  Resource: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: resource, Timeout: 60 } }";
        Self::start_with(second, Template::parse(resource).unwrap(), &[]).await
    }

    /// With the functions, buses and rules of this template.
    pub(crate) async fn start_with(
        second: Duration,
        template: Template,
        parameters: &[(&str, &str)],
    ) -> Self {
        let config = Config { second, ..config(&[1, 2]) };
        let functions = Functions {
            template,
            parameters: texts(parameters),
            program: example("function"),
            args: Vec::new(),
            environment: BTreeMap::new(),
        };
        let (logs, lines) = mpsc::unbounded_channel();
        let (sender, mut events) = mpsc::unbounded_channel();
        let platform = Platform::start(config, functions, logs, sender).await.unwrap();
        while events.try_recv().is_ok() {}
        Self { platform, events, lines, read: Vec::new() }
    }

    /// What happened since the last call, as `LogicalId STATUS`.
    pub(crate) fn history(&mut self) -> Vec<String> {
        let events = std::iter::from_fn(|| self.events.try_recv().ok());
        events
            .map(|event| format!("{} {}", event.logical_resource_id, event.resource_status))
            .collect()
    }

    /// Waits for a log line that contains `part`.
    pub(crate) async fn wait_for_line(&mut self, part: &str) {
        while !self.read.iter().any(|line| line.text.contains(part)) {
            self.read.push(self.lines.recv().await.expect("the platform still runs"));
        }
    }

    /// Ends every process and returns all requests that custom resources got.
    pub(crate) async fn requests(self) -> Vec<Value> {
        let Self { platform, mut lines, mut read, .. } = self;
        platform.lambda.shutdown().await;
        drop(platform);
        while let Some(line) = lines.recv().await {
            read.push(line);
        }
        let events = read.iter().filter_map(|line| line.text.strip_prefix("event "));
        events.map(|event| serde_json::from_str(event).unwrap()).collect()
    }
}

//! What the tests share: where the example programs are, and a platform to run them on.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use lilo_local::{
    lambda::{Function, Lambda, LogLine, Settings},
    response::Responses,
    stack::{self, CloudFormation, StackEvent},
};
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

/// A Lambda whose retries follow at once.
pub(crate) async fn lambda() -> (Lambda, UnboundedReceiver<LogLine>) {
    lambda_with_retries(&[Duration::from_millis(1), Duration::from_millis(2)]).await
}

/// A Lambda whose retries follow after these delays.
pub(crate) async fn lambda_with_retries(
    delays: &[Duration],
) -> (Lambda, UnboundedReceiver<LogLine>) {
    let settings = Settings { retry_delays: delays.to_vec(), ..Settings::new(REGION, ACCOUNT) };
    let (logs, lines) = mpsc::unbounded_channel();
    (Lambda::start(settings, logs).await.unwrap(), lines)
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

/// A CloudFormation with what its stacks do and what its functions are asked.
pub(crate) struct Cloud {
    pub(crate) formation: CloudFormation,
    pub(crate) lambda: Lambda,
    pub(crate) responses: Responses,
    pub(crate) events: UnboundedReceiver<StackEvent>,
    pub(crate) lines: UnboundedReceiver<LogLine>,
    /// The lines that were read so far: two processes may write theirs in either order.
    read: Vec<LogLine>,
}

impl Cloud {
    /// With one function, `resource`, behind every custom resource.
    pub(crate) async fn start(second: Duration) -> Self {
        let (lambda, lines) = lambda().await;
        lambda.register(function("resource")).unwrap();
        let responses = Responses::start().await.unwrap();
        let settings = stack::Settings { region: REGION.into(), account: ACCOUNT.into(), second };
        let (sender, events) = mpsc::unbounded_channel();
        let formation = CloudFormation::new(settings, lambda.clone(), responses.clone(), sender);
        Self { formation, lambda, responses, events, lines, read: Vec::new() }
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
        let Self { formation, lambda, mut lines, mut read, .. } = self;
        lambda.shutdown().await;
        drop((formation, lambda));
        while let Some(line) = lines.recv().await {
            read.push(line);
        }
        let events = read.iter().filter_map(|line| line.text.strip_prefix("event "));
        events.map(|event| serde_json::from_str(event).unwrap()).collect()
    }
}

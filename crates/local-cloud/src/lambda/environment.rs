//! An execution environment: one process of a function, with one invocation at a time.
//!
//! Decides what the process sees of this machine and when to kill it. It must not know about
//! retries or other environments.

use std::{net::SocketAddr, process::Stdio, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{
    process::{Child, Command},
    sync::{mpsc, mpsc::UnboundedSender, watch},
    time::timeout,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{
    Failure, Function, LogLine, LogSource,
    api::{Invocation, Report, Runtimes, Slot},
    log,
};

/// The only variables that a function's process inherits. Above all, it must not see the
/// developer's AWS credentials and profile.
const INHERITED: [&str; 3] = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/// An environment's inputs besides its function.
pub(super) struct Context<'a> {
    pub(super) id: String,
    pub(super) runtime_api: SocketAddr,
    pub(super) region: &'a str,
    pub(super) runtimes: &'a Arc<Runtimes>,
    pub(super) tasks: &'a TaskTracker,
    pub(super) stop: &'a CancellationToken,
    pub(super) logs: &'a UnboundedSender<LogLine>,
}

/// A live process; dropping the handle kills it.
#[derive(Debug)]
pub(super) struct Environment {
    invocations: mpsc::Sender<Invocation>,
    reports: mpsc::UnboundedReceiver<Report>,
    /// The process's exit status; empty while it lives.
    exit: watch::Receiver<Option<String>>,
    kill: CancellationToken,
    _kill_on_drop: DropGuard,
}

impl Environment {
    /// Starts a process; it counts as live until it is reaped.
    pub(super) fn start(function: &Function, context: &Context<'_>) -> Result<Self, Failure> {
        let mut child = command(function, context)
            .spawn()
            .map_err(|source| Failure::not_started(&function.program, &source))?;
        follow_output(&mut child, function, context.logs);

        let (invocations, taken) = mpsc::channel(1);
        let (reporter, reports) = mpsc::unbounded_channel();
        let (exited, exit) = watch::channel(None);
        let process = child.id().expect("nothing has waited for the process yet");
        context.runtimes.add(context.id.clone(), Slot::new(function, process, taken, reporter));

        let kill = context.stop.child_token();
        let (runtimes, id, killed) = (context.runtimes.clone(), context.id.clone(), kill.clone());
        context.tasks.spawn(async move {
            let how = supervise(child, killed).await;
            runtimes.remove(&id);
            exited.send_replace(Some(how));
        });
        Ok(Self { invocations, reports, exit, _kill_on_drop: kill.clone().drop_guard(), kill })
    }

    /// Whether the process lives and can take an invocation.
    pub(super) fn is_ready(&self) -> bool {
        !self.kill.is_cancelled() && self.exit.borrow().is_none()
    }

    /// Gives the process one invocation and waits for the outcome.
    ///
    /// The limits apply until the process asks for the invocation, and from then until it answers.
    /// A process that exceeds one, or cannot start, is killed.
    pub(super) async fn serve(
        &mut self,
        invocation: Invocation,
        (init, run): (Duration, Duration),
    ) -> Result<Bytes, Failure> {
        // Fails if the process has just exited; the reports say why.
        let _ = self.invocations.send(invocation).await;
        let mut limit = (init, Failure::init_timed_out(init));
        loop {
            match timeout(limit.0, self.report()).await {
                Err(_) => return Err(self.kill_with(limit.1)),
                Ok(Report::Taken) => limit = (run, Failure::timed_out(run)),
                Ok(Report::Response(body)) => return Ok(body),
                Ok(Report::Failed(failure)) => return Err(failure),
                Ok(Report::InitFailed(failure)) => return Err(self.kill_with(failure)),
            }
        }
    }

    /// Kills the process and waits until it is gone.
    pub(super) async fn end(mut self) {
        self.kill.cancel();
        let _ = self.exit.wait_for(Option::is_some).await;
    }

    async fn report(&mut self) -> Report {
        tokio::select! {
            // Reports from before the exit count.
            biased;
            Some(report) = self.reports.recv() => report,
            exit = self.exit.wait_for(Option::is_some) => {
                let how = exit.ok().and_then(|how| how.clone());
                Report::InitFailed(Failure::exited(&how.unwrap_or_default()))
            }
        }
    }

    fn kill_with(&self, failure: Failure) -> Failure {
        self.kill.cancel();
        failure
    }
}

fn command(function: &Function, context: &Context<'_>) -> Command {
    let mut command = Command::new(&function.program);
    command
        .args(&function.args)
        .env_clear()
        .envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs(&function.environment)
        .envs(reserved_variables(function, context))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // Ctrl-C must not reach the functions: the platform still needs them to delete its stacks.
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// The variables that Lambda reserves (developer guide, "Defined runtime environment variables"),
/// and those that stop an SDK from finding other credentials and settings.
fn reserved_variables(
    function: &Function,
    context: &Context<'_>,
) -> impl Iterator<Item = (&'static str, String)> {
    [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api(context)),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", format!("local/[$LATEST]{}", context.id)),
        ("_HANDLER", "bootstrap".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("AWS_REGION", context.region.to_owned()),
        ("AWS_DEFAULT_REGION", context.region.to_owned()),
        ("AWS_ACCESS_KEY_ID", function.name.clone()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_SESSION_TOKEN", "local".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
    .into_iter()
}

/// The API's address. Rust's runtime client accepts an address with a path only as a URL.
fn runtime_api(context: &Context<'_>) -> String {
    format!("http://{}/{}", context.runtime_api, context.id)
}

fn follow_output(child: &mut Child, function: &Function, logs: &UnboundedSender<LogLine>) {
    if let Some(stdout) = child.stdout.take() {
        log::follow(stdout, function.name.clone(), LogSource::Stdout, logs.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        log::follow(stderr, function.name.clone(), LogSource::Stderr, logs.clone());
    }
}

/// Waits until a process exits, or kills it. Its standard input stays open meanwhile; it closes if
/// this process dies, and the function then exits.
async fn supervise(mut child: Child, kill: CancellationToken) -> String {
    let _stdin = child.stdin.take();
    tokio::select! {
        _ = child.wait() => {}
        () = kill.cancelled() => {
            // Fails only if it has already exited.
            let _ = child.start_kill();
        }
    }
    child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string())
}

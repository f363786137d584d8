//! An execution environment: one process of a function, and one invocation at a time in it.
//!
//! Decides what the process may see of this machine and when it is killed. It must not know about
//! retries or about other environments.

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

/// The only variables that pass from this process to a function's. Everything else stays here: a
/// developer's own AWS credentials and profile above all.
const PASSED_ON: [&str; 3] = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/// What an environment is started with besides its function.
pub(super) struct Surroundings<'a> {
    pub(super) id: String,
    pub(super) runtime_api: SocketAddr,
    pub(super) region: &'a str,
    pub(super) runtimes: &'a Arc<Runtimes>,
    pub(super) tasks: &'a TaskTracker,
    pub(super) stop: &'a CancellationToken,
    pub(super) logs: &'a UnboundedSender<LogLine>,
}

/// The handle of a live process; dropping it kills the process.
#[derive(Debug)]
pub(super) struct Environment {
    invocations: mpsc::Sender<Invocation>,
    reports: mpsc::UnboundedReceiver<Report>,
    /// How the process ended; empty while it lives.
    exit: watch::Receiver<Option<String>>,
    kill: CancellationToken,
    _kill_on_drop: DropGuard,
}

impl Environment {
    /// Starts a process; it is counted as live from here until it is reaped.
    pub(super) fn start(function: &Function, with: &Surroundings<'_>) -> Result<Self, Failure> {
        let mut child = command(function, with)
            .spawn()
            .map_err(|source| Failure::not_started(&function.program, &source))?;
        follow_output(&mut child, function, with.logs);

        let (invocations, taken) = mpsc::channel(1);
        let (reporter, reports) = mpsc::unbounded_channel();
        let (exited, exit) = watch::channel(None);
        with.runtimes.add(with.id.clone(), Slot::new(function.timeout, taken, reporter));

        let kill = with.stop.child_token();
        let (runtimes, id, killed) = (with.runtimes.clone(), with.id.clone(), kill.clone());
        with.tasks.spawn(async move {
            let how = supervise(child, killed).await;
            runtimes.remove(&id);
            exited.send_replace(Some(how));
        });
        Ok(Self { invocations, reports, exit, _kill_on_drop: kill.clone().drop_guard(), kill })
    }

    /// Whether the process lives and may take an invocation.
    pub(super) fn is_ready(&self) -> bool {
        !self.kill.is_cancelled() && self.exit.borrow().is_none()
    }

    /// Gives the process one invocation and waits for what becomes of it.
    ///
    /// `limits` are the times until it asks for the invocation and, from then on, until it answers.
    /// A process that keeps neither, or cannot start, is marked to end.
    pub(super) async fn serve(
        &mut self,
        invocation: Invocation,
        (init, run): (Duration, Duration),
    ) -> Result<Bytes, Failure> {
        // A process that just ended takes nothing; the reports tell why.
        let _ = self.invocations.send(invocation).await;
        let mut limit = (init, Failure::init_timed_out(init));
        loop {
            match timeout(limit.0, self.report()).await {
                Err(_) => return Err(self.doom(limit.1)),
                Ok(Report::Taken) => limit = (run, Failure::timed_out(run)),
                Ok(Report::Response(body)) => return Ok(body),
                Ok(Report::Failed(failure)) => return Err(failure),
                Ok(Report::InitFailed(failure)) => return Err(self.doom(failure)),
            }
        }
    }

    /// Kills the process, if it still lives, and waits until it is gone.
    pub(super) async fn end(mut self) {
        self.kill.cancel();
        let _ = self.exit.wait_for(Option::is_some).await;
    }

    async fn report(&mut self) -> Report {
        tokio::select! {
            // What the process said before it ended counts.
            biased;
            Some(report) = self.reports.recv() => report,
            exit = self.exit.wait_for(Option::is_some) => {
                let how = exit.ok().and_then(|how| how.clone());
                Report::InitFailed(Failure::exited(&how.unwrap_or_default()))
            }
        }
    }

    fn doom(&self, failure: Failure) -> Failure {
        self.kill.cancel();
        failure
    }
}

fn command(function: &Function, with: &Surroundings<'_>) -> Command {
    let mut command = Command::new(&function.program);
    command
        .args(&function.args)
        .env_clear()
        .envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs(&function.environment)
        .envs(reserved_variables(function, with))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // Away from the terminal's signals: Ctrl-C is for the platform, which still needs the functions
    // to take its stacks away.
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// The variables that Lambda reserves (developer guide, "Defined runtime environment variables"),
/// and those that keep an SDK from looking for credentials and settings anywhere else.
fn reserved_variables(
    function: &Function,
    with: &Surroundings<'_>,
) -> impl Iterator<Item = (&'static str, String)> {
    [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api(with)),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", format!("local/[$LATEST]{}", with.id)),
        ("_HANDLER", "bootstrap".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("AWS_REGION", with.region.to_owned()),
        ("AWS_DEFAULT_REGION", with.region.to_owned()),
        ("AWS_ACCESS_KEY_ID", function.name.clone()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_SESSION_TOKEN", "local".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
    .into_iter()
}

/// Where the process finds the API: Rust's runtime client takes an address with a path only as a
/// URL.
fn runtime_api(with: &Surroundings<'_>) -> String {
    format!("http://{}/{}", with.runtime_api, with.id)
}

fn follow_output(child: &mut Child, function: &Function, logs: &UnboundedSender<LogLine>) {
    if let Some(stdout) = child.stdout.take() {
        log::follow(stdout, function.name.clone(), LogSource::Stdout, logs.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        log::follow(stderr, function.name.clone(), LogSource::Stderr, logs.clone());
    }
}

/// Waits for the end of a process, or makes it end. Its standard input stays open meanwhile: when
/// this process is killed it closes, and the function ends itself.
async fn supervise(mut child: Child, kill: CancellationToken) -> String {
    let _stdin = child.stdin.take();
    tokio::select! {
        _ = child.wait() => {}
        () = kill.cancelled() => {
            // An error means that it is gone already.
            let _ = child.start_kill();
        }
    }
    child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string())
}

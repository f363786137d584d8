//! Lambda: runs functions as processes, for Event and `RequestResponse` invocations.
//!
//! Decides which execution environment takes an invocation (an idle one, or a new process if all
//! are busy), when to retry a failed Event invocation, and whom to notify. It must not know what a
//! function does: payloads pass unchanged. The settings of an `EventInvokeConfig` (retries, maximum
//! age, destination for failures) stay at AWS's defaults.
//!
//! Source of the rules: Lambda developer guide, "How Lambda handles errors and retries with
//! asynchronous invocation" and "Custom runtimes".

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{mpsc::UnboundedSender, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{Config, Error, loopback::Server};

mod api;
mod environment;
mod failure;
mod function;
mod log;

pub use failure::Failure;
pub use function::Function;
pub use log::{LogLine, LogSource};

use api::{Invocation, Runtimes};
use environment::{Context, Environment};

/// The platform's Lambda; clones share one set of functions and processes.
#[derive(Clone, Debug)]
pub struct Lambda {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    server: Server,
    runtimes: Arc<Runtimes>,
    functions: Mutex<BTreeMap<String, Arc<Pool>>>,
    tasks: TaskTracker,
    /// The pending Event invocations; closed from the start, so that `wait` returns once it is
    /// empty.
    queued: TaskTracker,
    hurry: CancellationToken,
    stop: CancellationToken,
    logs: UnboundedSender<LogLine>,
}

/// A pending Event invocation.
#[derive(Debug)]
pub(crate) struct QueuedInvocation {
    request_id: String,
    given_up: oneshot::Receiver<Failure>,
}

impl QueuedInvocation {
    /// Resolves to the last failure once no retry is left; never, if one succeeds.
    pub(crate) async fn given_up(self) -> Failure {
        match self.given_up.await {
            Ok(failure) => failure,
            Err(_) => std::future::pending().await,
        }
    }
}

/// One function and its idle processes.
#[derive(Debug)]
struct Pool {
    function: Function,
    idle: Mutex<Vec<Environment>>,
}

impl Lambda {
    /// Serves the Runtime API on a free loopback port. Every line that a function writes goes to
    /// `logs`.
    ///
    /// # Errors
    /// When no loopback port can be bound.
    pub async fn start(config: Config, logs: UnboundedSender<LogLine>) -> Result<Self, Error> {
        let runtimes = Arc::new(Runtimes::default());
        let server = Server::start("Lambda's Runtime API", api::router(runtimes.clone())).await?;
        let queued = TaskTracker::new();
        queued.close();
        let shared = Shared {
            config,
            server,
            runtimes,
            functions: Mutex::default(),
            tasks: TaskTracker::new(),
            queued,
            hurry: CancellationToken::new(),
            stop: CancellationToken::new(),
            logs,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Registers `function`; the first invocation starts a process.
    ///
    /// # Errors
    /// When a function has that name already.
    pub fn register(&self, function: Function) -> Result<(), Error> {
        let mut functions = self.functions();
        if functions.contains_key(&function.name) {
            return Err(Error::FunctionExists { name: function.name });
        }
        let name = function.name.clone();
        functions.insert(name, Arc::new(Pool { function, idle: Mutex::default() }));
        Ok(())
    }

    /// The ARN of the function `name`, registered or not.
    #[must_use]
    pub fn arn(&self, name: &str) -> String {
        let Config { region, account, .. } = &self.shared.config;
        format!("arn:aws:lambda:{region}:{account}:function:{name}")
    }

    /// Invokes a function, by name or ARN, and waits for its answer (`RequestResponse`).
    ///
    /// # Errors
    /// When no such function is registered. The inner result holds a failure of the function
    /// itself.
    pub async fn invoke(
        &self,
        function: &str,
        payload: &Value,
    ) -> Result<Result<Bytes, Failure>, Error> {
        let pool = self.pool(function)?;
        let lambda = self.clone();
        let invocation = Invocation::new(self.arn(&pool.function.name), payload);
        // A separate task: a caller that goes away must not kill a process at work.
        let task = self.shared.tasks.spawn(async move { lambda.attempt(&pool, invocation).await });
        Ok(task.await.unwrap_or_else(|_| Err(Failure::shut_down())))
    }

    /// Queues an Event invocation of a function, by name or ARN, and returns its request id at
    /// once.
    ///
    /// After a function error, a crash or a timeout it retries with the same request id, after each
    /// of the retry delays. Then it gives up and logs that.
    ///
    /// # Errors
    /// When no such function is registered.
    pub fn invoke_async(&self, function: &str, payload: &Value) -> Result<String, Error> {
        self.send(function, payload).map(|queued| queued.request_id)
    }

    /// Like [`invoke_async`](Self::invoke_async), but also reports when Lambda gives up.
    pub(crate) fn send(&self, function: &str, payload: &Value) -> Result<QueuedInvocation, Error> {
        let pool = self.pool(function)?;
        let invocation = Invocation::new(self.arn(&pool.function.name), payload);
        let request_id = invocation.request_id.clone();
        let (sender, given_up) = oneshot::channel();
        let lambda = self.clone();
        let delivery = async move {
            if let Some(failure) = lambda.deliver(&pool, invocation).await {
                // A missing receiver is not an error.
                let _ = sender.send(failure);
            }
        };
        self.shared.tasks.spawn(self.shared.queued.track_future(delivery));
        Ok(QueuedInvocation { request_id, given_up })
    }

    /// From now on retries start without delay, because the platform is about to stop.
    pub fn hurry(&self) {
        self.shared.hurry.cancel();
    }

    /// Waits until no Event invocation is pending, including those that others cause meanwhile.
    pub async fn settled(&self) {
        self.shared.queued.wait().await;
    }

    /// Waits until [`hurry`](Self::hurry) was called and no Event invocation is pending.
    pub(crate) async fn drained(&self) {
        self.shared.hurry.cancelled().await;
        self.settled().await;
    }

    /// The live processes, busy or idle: the function's name and the process id.
    #[must_use]
    pub fn processes(&self) -> Vec<(String, u32)> {
        self.shared.runtimes.processes()
    }

    /// Kills every process, waits until all are gone and drops pending invocations. Idempotent.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        for pool in self.functions().values() {
            pool.idle().clear();
        }
    }

    /// Runs an Event invocation with its retries; returns the last failure if none succeeded.
    async fn deliver(&self, pool: &Pool, invocation: Invocation) -> Option<Failure> {
        let attempts = self.shared.config.retry_delays.len() + 1;
        for attempt in 1..=attempts {
            let Err(failure) = self.attempt(pool, invocation.clone()).await else { return None };
            if self.shared.stop.is_cancelled() {
                return None;
            }
            let delay = self.shared.config.retry_delays.get(attempt - 1);
            let next = delay.map_or("given up".to_owned(), |delay| format!("again in {delay:?}"));
            self.log(pool, format!("attempt {attempt} of {attempts} failed, {next}: {failure}"));
            let Some(delay) = delay else { return Some(failure) };
            tokio::select! {
                () = tokio::time::sleep(*delay) => {}
                () = self.shared.hurry.cancelled() => {}
                () = self.shared.stop.cancelled() => return None,
            }
        }
        None
    }

    async fn attempt(&self, pool: &Pool, invocation: Invocation) -> Result<Bytes, Failure> {
        if self.shared.stop.is_cancelled() {
            return Err(Failure::shut_down());
        }
        let mut environment = self.environment(pool)?;
        let limits = (self.shared.config.init_timeout, pool.function.timeout);
        let outcome = environment.serve(invocation, limits).await;
        if environment.is_ready() {
            pool.idle().push(environment);
        } else {
            environment.end().await;
        }
        if self.shared.stop.is_cancelled() {
            outcome.or(Err(Failure::shut_down()))
        } else {
            outcome
        }
    }

    fn environment(&self, pool: &Pool) -> Result<Environment, Failure> {
        while let Some(environment) = pool.idle().pop() {
            if environment.is_ready() {
                return Ok(environment);
            }
        }
        let context = Context {
            id: Uuid::new_v4().simple().to_string(),
            runtime_api: self.shared.server.address(),
            region: &self.shared.config.region,
            runtimes: &self.shared.runtimes,
            tasks: &self.shared.tasks,
            stop: &self.shared.stop,
            logs: &self.shared.logs,
        };
        Environment::start(&pool.function, &context)
    }

    fn pool(&self, function: &str) -> Result<Arc<Pool>, Error> {
        let functions = self.functions();
        let by_arn = || functions.values().find(|pool| self.arn(&pool.function.name) == function);
        functions
            .get(function)
            .or_else(by_arn)
            .cloned()
            .ok_or_else(|| Error::UnknownFunction { name: function.to_owned() })
    }

    fn functions(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Pool>>> {
        self.shared.functions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, pool: &Pool, text: String) {
        // A missing receiver is not an error.
        let _ = self.shared.logs.send(LogLine {
            function: pool.function.name.clone(),
            source: LogSource::Platform,
            text,
        });
    }
}

impl Pool {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Environment>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

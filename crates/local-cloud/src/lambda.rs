//! Lambda around functions that run as processes of their own: Event and `RequestResponse`
//! invocations.
//!
//! Decides which execution environment takes an invocation (an idle one, or a new process when all
//! are busy), when a failed Event invocation is tried again, and who is told. It must not know what
//! a function does: payloads pass through as they are. What an `EventInvokeConfig` could change
//! (the number of retries, the age of an event, a destination for failures) stays at AWS's
//! defaults.
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
use environment::{Environment, Surroundings};

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
    /// The Event invocations that are on their way; closed from the start, so that it can be waited
    /// for.
    queued: TaskTracker,
    hurry: CancellationToken,
    stop: CancellationToken,
    logs: UnboundedSender<LogLine>,
}

/// An Event invocation on its way.
#[derive(Debug)]
pub(crate) struct Queued {
    request_id: String,
    given_up: oneshot::Receiver<Failure>,
}

impl Queued {
    /// Resolves to the last failure once no try is left; never, if one succeeds.
    pub(crate) async fn given_up(self) -> Failure {
        match self.given_up.await {
            Ok(failure) => failure,
            Err(_) => std::future::pending().await,
        }
    }
}

/// One function and its processes that wait for work.
#[derive(Debug)]
struct Pool {
    function: Function,
    idle: Mutex<Vec<Environment>>,
}

impl Lambda {
    /// Serves the Runtime API on a free loopback port; every line a function writes goes to `logs`.
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

    /// Makes `function` known; no process is started before its first invocation.
    ///
    /// # Errors
    /// When a function of that name exists.
    pub fn register(&self, function: Function) -> Result<(), Error> {
        let mut functions = self.functions();
        if functions.contains_key(&function.name) {
            return Err(Error::FunctionExists { name: function.name });
        }
        let name = function.name.clone();
        functions.insert(name, Arc::new(Pool { function, idle: Mutex::default() }));
        Ok(())
    }

    /// The ARN of the function called `name`, whether or not it is registered.
    #[must_use]
    pub fn arn(&self, name: &str) -> String {
        let Config { region, account, .. } = &self.shared.config;
        format!("arn:aws:lambda:{region}:{account}:function:{name}")
    }

    /// Invokes a function, named or by ARN, once, and waits for its answer (`RequestResponse`).
    ///
    /// # Errors
    /// When no such function is registered. A failure of the function itself is the inner result.
    pub async fn invoke(
        &self,
        function: &str,
        payload: &Value,
    ) -> Result<Result<Bytes, Failure>, Error> {
        let pool = self.pool(function)?;
        let lambda = self.clone();
        let invocation = Invocation::new(self.arn(&pool.function.name), payload);
        // In a task of its own: a caller that goes away must not kill a process in mid-work.
        let task = self.shared.tasks.spawn(async move { lambda.attempt(&pool, invocation).await });
        Ok(task.await.unwrap_or_else(|_| Err(Failure::shut_down())))
    }

    /// Queues an Event invocation of a function, named or by ARN, and returns its request id at
    /// once.
    ///
    /// A function error, a crash or a timeout is tried again after each of the retry delays, with
    /// the same request id; then the platform's log says that it was given up.
    ///
    /// # Errors
    /// When no such function is registered.
    pub fn invoke_async(&self, function: &str, payload: &Value) -> Result<String, Error> {
        self.send(function, payload).map(|queued| queued.request_id)
    }

    /// Queues an Event invocation like [`invoke_async`](Self::invoke_async), and tells when it is
    /// given up.
    pub(crate) fn send(&self, function: &str, payload: &Value) -> Result<Queued, Error> {
        let pool = self.pool(function)?;
        let invocation = Invocation::new(self.arn(&pool.function.name), payload);
        let request_id = invocation.request_id.clone();
        let (sender, given_up) = oneshot::channel();
        let lambda = self.clone();
        let delivery = async move {
            if let Some(failure) = lambda.deliver(&pool, invocation).await {
                // Nobody listening is no reason to stop.
                let _ = sender.send(failure);
            }
        };
        self.shared.tasks.spawn(self.shared.queued.track_future(delivery));
        Ok(Queued { request_id, given_up })
    }

    /// From now on a failed Event invocation is tried again at once: someone waits for the end.
    pub fn hurry(&self) {
        self.shared.hurry.cancel();
    }

    /// Waits until no Event invocation is on its way, those included that others have caused
    /// meanwhile.
    pub async fn settled(&self) {
        self.shared.queued.wait().await;
    }

    /// Waits until someone is in a hurry and nothing is on its way that could still do anything.
    pub(crate) async fn nothing_more(&self) {
        self.shared.hurry.cancelled().await;
        self.settled().await;
    }

    /// How many processes of functions are alive, busy or idle.
    #[must_use]
    pub fn live_processes(&self) -> usize {
        self.shared.runtimes.len()
    }

    /// Kills every process, waits until none is left and drops what was queued; calling it twice is
    /// fine.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        for pool in self.functions().values() {
            pool.idle().clear();
        }
    }

    /// Tries an Event invocation as often as it may be, and returns its last failure if none
    /// succeeded.
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
        let surroundings = Surroundings {
            id: Uuid::new_v4().simple().to_string(),
            runtime_api: self.shared.server.address(),
            region: &self.shared.config.region,
            runtimes: &self.shared.runtimes,
            tasks: &self.shared.tasks,
            stop: &self.shared.stop,
            logs: &self.shared.logs,
        };
        Environment::start(&pool.function, &surroundings)
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
        // Nobody listening is no reason to stop.
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

//! What the person sees: the stack's events, MediaLive's, the functions' logs, and where to watch.
//!
//! Events are data; logs are remarks.

use std::collections::BTreeSet;

use indicatif::ProgressBar;
use lilo_local_cloud::cloudformation::{StackEvent, Status};
use lilo_local_cloud::lambda::{LogLine, LogSource};
use lilo_medialive_emulator::{Event, ReportedState, Subject};
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use tokio_util::sync::CancellationToken;

use crate::args::Output;
use crate::local::{Feeds, STACK};
use crate::ui::screen::{Screen, row};

/// Something to read once.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    /// One sentence.
    pub(crate) text: String,
    /// Where the stream goes, as a URL.
    pub(crate) destination: String,
    /// The channel's id.
    pub(crate) channel_id: String,
    /// Where the emulated MediaLive answers.
    pub(crate) medialive: String,
    /// What can be done now, each with a word before it.
    #[serde(skip)]
    pub(crate) advice: Vec<(&'static str, String)>,
    /// Whether the channel starts by itself, so that RUNNING is waited for.
    #[serde(skip)]
    pub(crate) starts: bool,
}

/// Where everything there is to tell is told.
#[derive(Clone, Debug)]
pub(crate) struct Tell {
    pub(crate) feeds: Feeds,
    pub(crate) made: UnboundedSender<Made>,
}

/// The other end of [`Tell`].
#[derive(Debug)]
pub(crate) struct Told {
    stack: UnboundedReceiver<StackEvent>,
    medialive: UnboundedReceiver<Event>,
    logs: UnboundedReceiver<LogLine>,
    made: UnboundedReceiver<Made>,
}

/// One thing that was told.
enum News {
    Stack(StackEvent),
    MediaLive(Event),
    Made(Made),
    Log(LogLine),
}

impl Told {
    /// The next thing told; none once nobody is left to tell anything. Loses nothing when it is
    /// dropped.
    async fn next(&mut self) -> Option<News> {
        tokio::select! {
            // What the stack came to is told before what follows from it.
            biased;
            Some(event) = self.stack.recv() => Some(News::Stack(event)),
            Some(event) = self.medialive.recv() => Some(News::MediaLive(event)),
            Some(made) = self.made.recv() => Some(News::Made(made)),
            Some(line) = self.logs.recv() => Some(News::Log(line)),
            else => None,
        }
    }
}

pub(crate) fn channel() -> (Tell, Told) {
    let (stacks, stack_told) = unbounded_channel();
    let (medialive, medialive_told) = unbounded_channel();
    let (logs, logs_told) = unbounded_channel();
    let (made, made_told) = unbounded_channel();
    let told =
        Told { stack: stack_told, medialive: medialive_told, logs: logs_told, made: made_told };
    (Tell { feeds: Feeds { logs, stacks, medialive }, made }, told)
}

/// How it is printed.
#[derive(Debug)]
pub(crate) struct Printer {
    verbose: bool,
    screen: Screen,
    /// Channels that have got past CREATED.
    started: BTreeSet<String>,
    /// Cancelled by the person, and here when nobody reads any more.
    shutdown: CancellationToken,
}

impl Printer {
    pub(crate) fn new(
        output: Output,
        verbose: bool,
        spinner: ProgressBar,
        shutdown: CancellationToken,
    ) -> Self {
        let screen = Screen::new(output, spinner, shutdown.clone());
        Self { verbose, screen, started: BTreeSet::new(), shutdown }
    }

    /// Prints until nobody is left to tell anything, and returns the first reason why a resource
    /// failed.
    pub(crate) async fn print(mut self, mut told: Told) -> Option<String> {
        let shutdown = self.shutdown.clone();
        let (mut failure, mut ending) = (None, false);
        loop {
            let news = tokio::select! {
                biased;
                () = shutdown.cancelled(), if !ending => {
                    ending = true;
                    self.screen.remark("taking it away…");
                    continue;
                }
                news = told.next() => news,
            };
            match news {
                Some(News::Stack(event)) => {
                    self.stack(&event);
                    if let Status::CreateFailed | Status::DeleteFailed = event.resource_status {
                        let reason = event.resource_status_reason.unwrap_or_default();
                        failure.get_or_insert(format!("{}: {reason}", event.logical_resource_id));
                    }
                }
                Some(News::MediaLive(event)) => self.medialive(&event),
                Some(News::Made(made)) => self.made(&made),
                Some(News::Log(line)) => self.log(&line),
                None => break,
            }
        }
        self.screen.clear();
        failure
    }

    fn stack(&mut self, event: &StackEvent) {
        self.screen.put("stack-event", event, || {
            // What is of AWS itself is a stand-in on this machine: of that, the loop's stack is
            // worth a line.
            let of_aws = event.resource_type.starts_with("AWS::");
            let of_loop = event.logical_resource_id == STACK;
            let id = if of_aws { "" } else { &event.physical_resource_id };
            let reason = event.resource_status_reason.as_deref().unwrap_or_default();
            let what = format!("{:<26} {id} {reason}", event.resource_type);
            let status = event.resource_status.to_string();
            (!of_aws || of_loop)
                .then(|| row(event.timestamp, &event.logical_resource_id, &status, &what))
        });
        match event.resource_status {
            status @ (Status::CreateInProgress
            | Status::RollbackInProgress
            | Status::UpdateInProgress
            | Status::UpdateCompleteCleanupInProgress
            | Status::UpdateRollbackInProgress
            | Status::UpdateRollbackCompleteCleanupInProgress
            | Status::DeleteInProgress) => {
                let what = format!("{} {status}", event.logical_resource_id);
                self.screen.begin(&event.logical_resource_id, what);
            }
            Status::CreateComplete
            | Status::CreateFailed
            | Status::RollbackComplete
            | Status::RollbackFailed
            | Status::UpdateComplete
            | Status::UpdateFailed
            | Status::UpdateRollbackComplete
            | Status::UpdateRollbackFailed
            | Status::DeleteComplete
            | Status::DeleteFailed => self.screen.end(&event.logical_resource_id),
        }
    }

    fn medialive(&mut self, event: &Event) {
        let channel = event.detail.channel_arn.rsplit(':').next().unwrap_or_default();
        self.screen.put("medialive-event", event, || {
            let (state, subject) = match &event.detail.subject {
                Subject::State { state, .. } => (serde_json::to_value(state), "MediaLive channel"),
                Subject::Alert { alarm_state, .. } => {
                    (serde_json::to_value(alarm_state), "MediaLive alert")
                }
            };
            let state = state.expect("a state is JSON");
            let what = format!("{subject:<26} {}", event.detail.message);
            Some(row(event.time, channel, state.as_str().unwrap_or_default(), &what))
        });
        if let Subject::State { state, .. } = event.detail.subject
            && state != ReportedState::Created
        {
            self.started.insert(channel.to_owned());
            self.screen.end(channel);
        }
    }

    fn made(&mut self, made: &Made) {
        self.screen.put("made", made, || {
            let advice = made.advice.iter().map(|(word, line)| format!("  {word:<7} {line}\n"));
            Some(format!("\n{}\n\n{}", made.text, advice.collect::<String>()))
        });
        let id = &made.channel_id;
        if made.starts && !self.started.contains(id) {
            self.screen.begin(id, format!("channel {id} is starting"));
        }
    }

    /// What Lambda itself has to say is always worth reading; what a function logs, when asked for.
    fn log(&self, line: &LogLine) {
        if line.source == LogSource::Platform || self.verbose {
            self.screen.remark(&format!("{}: {}", line.function, line.text));
        }
    }
}

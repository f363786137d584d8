//! The output of `lilo up`: events of the stack and of MediaLive, logs, and where to watch.
//!
//! Events go to standard output, logs to standard error.

use std::collections::BTreeSet;

use lilo_local_cloud::cloudformation::{StackEvent, Status};
use lilo_local_cloud::lambda::{LogLine, LogSource};
use lilo_medialive_emulator::{Event, ReportedState, Subject};
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use tokio_util::sync::CancellationToken;

use crate::local::up::run_record::RunRecord;
use crate::local::{Delivered, Feeds, STACK};
use crate::ui::screen::{NAME_WIDTH, Screen, row};

/// The message after the stack is complete.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoopReady {
    /// One sentence.
    pub(crate) text: String,
    /// The stream's destination URL.
    pub(crate) destination: String,
    /// The channel's id.
    pub(crate) channel_id: String,
    /// The emulated MediaLive's URL.
    pub(crate) medialive: String,
    /// The page's URL.
    pub(crate) page: String,
    /// The user's next steps, each with a keyword.
    #[serde(skip)]
    pub(crate) advice: Vec<(&'static str, String)>,
    /// Whether the channel starts automatically, so that the spinner waits for RUNNING.
    #[serde(skip)]
    pub(crate) starts: bool,
}

/// The senders of everything to print.
#[derive(Clone, Debug)]
pub(crate) struct ReportSender {
    pub(crate) feeds: Feeds,
    pub(crate) ready: UnboundedSender<LoopReady>,
    /// The newest status line.
    pub(crate) status: UnboundedSender<String>,
}

/// The other end of [`ReportSender`].
#[derive(Debug)]
pub(crate) struct ReportReceiver {
    stack: UnboundedReceiver<StackEvent>,
    medialive: UnboundedReceiver<Delivered>,
    logs: UnboundedReceiver<LogLine>,
    ready: UnboundedReceiver<LoopReady>,
    status: UnboundedReceiver<String>,
}

/// One item to print.
#[derive(Debug)]
pub(crate) enum Report {
    Stack(StackEvent),
    MediaLive(Delivered),
    LoopReady(LoopReady),
    Log(LogLine),
    Status(String),
}

impl ReportReceiver {
    /// Keeps everything for the page, and hands it on to the printer. A terminal that takes nothing
    /// does not hold up the page.
    pub(crate) async fn record(mut self, record: RunRecord, printer: UnboundedSender<Report>) {
        while let Some(report) = self.next().await {
            match &report {
                Report::Stack(event) => record.stack_event(event),
                Report::MediaLive(delivered) => record.medialive_event(delivered),
                Report::Log(line) => record.log(line),
                Report::LoopReady(_) | Report::Status(_) => {}
            }
            // Without a printer the command ends anyway.
            let _ = printer.send(report);
        }
    }

    /// The next item; `None` after all senders are gone.
    async fn next(&mut self) -> Option<Report> {
        tokio::select! {
            // Stack events come before their consequences.
            biased;
            Some(event) = self.stack.recv() => Some(Report::Stack(event)),
            Some(event) = self.medialive.recv() => Some(Report::MediaLive(event)),
            Some(made) = self.ready.recv() => Some(Report::LoopReady(made)),
            Some(line) = self.logs.recv() => Some(Report::Log(line)),
            Some(line) = self.status.recv() => Some(Report::Status(line)),
            else => None,
        }
    }
}

pub(crate) fn channel() -> (ReportSender, ReportReceiver) {
    let (stacks, stack) = unbounded_channel();
    let (medialive, medialive_receiver) = unbounded_channel();
    let (logs, logs_receiver) = unbounded_channel();
    let (ready, ready_receiver) = unbounded_channel();
    let (status, status_receiver) = unbounded_channel();
    let receiver = ReportReceiver {
        stack,
        medialive: medialive_receiver,
        logs: logs_receiver,
        ready: ready_receiver,
        status: status_receiver,
    };
    (ReportSender { feeds: Feeds { logs, stacks, medialive }, ready, status }, receiver)
}

/// Prints reports.
#[derive(Debug)]
pub(crate) struct Printer {
    screen: Screen,
    /// Channels with a later state than CREATED.
    started: BTreeSet<String>,
    /// Cancelled by a signal, and here if standard output closes.
    shutdown: CancellationToken,
}

impl Printer {
    pub(crate) fn new(screen: Screen, shutdown: CancellationToken) -> Self {
        Self { screen, started: BTreeSet::new(), shutdown }
    }

    /// Prints until all senders are gone; returns the first failed resource, and why.
    pub(crate) async fn print(mut self, mut reports: UnboundedReceiver<Report>) -> Option<String> {
        let shutdown = self.shutdown.clone();
        let (mut failure, mut ending) = (None, false);
        loop {
            let report = tokio::select! {
                biased;
                () = shutdown.cancelled(), if !ending => {
                    ending = true;
                    self.screen.remark("taking it away…");
                    continue;
                }
                report = reports.recv() => report,
            };
            match report {
                Some(Report::Stack(event)) => {
                    self.stack(&event);
                    if let Status::CreateFailed | Status::DeleteFailed = event.resource_status {
                        let reason = event.resource_status_reason.unwrap_or_default();
                        failure.get_or_insert(format!("{}: {reason}", event.logical_resource_id));
                    }
                }
                Some(Report::MediaLive(delivered)) => self.medialive(&delivered.event),
                Some(Report::LoopReady(made)) => self.ready(&made),
                Some(Report::Log(line)) => self.log(&line),
                // A status that comes late would hide what is waited for now.
                Some(Report::Status(line)) if !ending => self.screen.status(line),
                Some(Report::Status(_)) => {}
                None => break,
            }
        }
        self.screen.clear();
        failure
    }

    fn stack(&mut self, event: &StackEvent) {
        self.screen.put("stack-event", event, || {
            // AWS's own resources are only emulated; of these only the loop's stack gets a line.
            let of_aws = event.resource_type.starts_with("AWS::");
            let of_loop = event.logical_resource_id == STACK;
            let id = if of_aws { "" } else { &event.physical_resource_id };
            let reason = event.resource_status_reason.as_deref().unwrap_or_default();
            let what = format!("{:<26} {id} {reason}", event.resource_type);
            let status = event.resource_status.to_string();
            (!of_aws || of_loop).then(|| {
                row(event.timestamp, (&event.logical_resource_id, NAME_WIDTH), &status, &what)
            })
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
            Some(row(event.time, (channel, NAME_WIDTH), state.as_str().unwrap_or_default(), &what))
        });
        if let Subject::State { state, .. } = event.detail.subject
            && state != ReportedState::Created
        {
            self.started.insert(channel.to_owned());
            self.screen.end(channel);
        }
    }

    fn ready(&mut self, made: &LoopReady) {
        self.screen.put("made", made, || {
            let advice = made.advice.iter().map(|(word, line)| format!("  {word:<7} {line}\n"));
            Some(format!("\n{}\n\n{}", made.text, advice.collect::<String>()))
        });
        let id = &made.channel_id;
        if made.starts && !self.started.contains(id) {
            self.screen.begin(id, format!("channel {id} is starting"));
        }
    }

    /// Always prints Lambda's own lines, and functions' logs if verbose.
    fn log(&self, line: &LogLine) {
        if line.source == LogSource::Platform || self.screen.verbose {
            self.screen.remark(&format!("{}: {}", line.function, line.text));
        }
    }
}

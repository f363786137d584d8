//! What the person sees: the stack's events, MediaLive's, the functions' logs, and where to watch.
//!
//! Events go to standard output, as text or as one JSON object a line; logs and the spinner go to standard error.

use std::time::Duration;

use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lilo_local::lambda::{LogLine, LogSource};
use lilo_local::stack::{StackEvent, Status};
use lilo_medialive_emulator::Event;
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::args::Output;

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
    /// What is being waited for from now on.
    #[serde(skip)]
    pub(crate) waiting: Option<String>,
}

/// Where everything there is to tell is told.
#[derive(Clone, Debug)]
pub(crate) struct Tell {
    pub(crate) stack: UnboundedSender<StackEvent>,
    pub(crate) medialive: UnboundedSender<Event>,
    pub(crate) logs: UnboundedSender<LogLine>,
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

pub(crate) fn channel() -> (Tell, Told) {
    let (stack, stack_told) = unbounded_channel();
    let (medialive, medialive_told) = unbounded_channel();
    let (logs, logs_told) = unbounded_channel();
    let (made, made_told) = unbounded_channel();
    let told =
        Told { stack: stack_told, medialive: medialive_told, logs: logs_told, made: made_told };
    (Tell { stack, medialive, logs, made }, told)
}

/// How it is printed.
#[derive(Debug)]
pub(crate) struct Printer {
    output: Output,
    verbose: bool,
    spinner: ProgressBar,
}

impl Printer {
    pub(crate) fn new(output: Output, verbose: bool) -> Self {
        Self { output, verbose, spinner: ProgressBar::new_spinner() }
    }

    /// Prints until nobody is left to tell anything, and returns the first reason why a resource failed.
    pub(crate) async fn print(self, mut told: Told) -> Option<String> {
        let mut failure = None;
        loop {
            tokio::select! {
                // What the stack came to is told before what follows from it.
                biased;
                Some(event) = told.stack.recv() => {
                    self.stack(&event);
                    if let Status::CreateFailed | Status::DeleteFailed = event.resource_status {
                        let reason = event.resource_status_reason.unwrap_or_default();
                        failure.get_or_insert(format!("{}: {reason}", event.logical_resource_id));
                    }
                }
                Some(event) = told.medialive.recv() => self.medialive(&event),
                Some(made) = told.made.recv() => self.made(&made),
                Some(line) = told.logs.recv() => self.log(&line),
                else => break,
            }
        }
        self.spin(None);
        failure
    }

    fn stack(&self, event: &StackEvent) {
        let of_aws = event.resource_type.starts_with("AWS::");
        let of_stack = event.resource_type == "AWS::CloudFormation::Stack";
        self.put("stack-event", event, || {
            // The bootstrap's resources are stand-ins on this machine: the stack itself is worth a line.
            let id = if of_aws { "" } else { &event.physical_resource_id };
            let reason = event.resource_status_reason.as_deref().unwrap_or_default();
            let what = format!("{:<26} {id} {reason}", event.resource_type);
            let status = event.resource_status.to_string();
            (!of_aws || of_stack)
                .then(|| row(event.timestamp, &event.logical_resource_id, &status, &what))
        });
        match event.resource_status {
            status @ (Status::CreateInProgress
            | Status::RollbackInProgress
            | Status::DeleteInProgress) => {
                self.spin(Some(format!("{} {status}", event.logical_resource_id)));
            }
            Status::CreateComplete
            | Status::CreateFailed
            | Status::RollbackComplete
            | Status::RollbackFailed
            | Status::DeleteComplete
            | Status::DeleteFailed => self.spin(None),
        }
    }

    fn medialive(&self, event: &Event) {
        self.put("medialive-event", event, || {
            let channel = event.detail.channel_arn.rsplit(':').next().unwrap_or_default();
            let state = serde_json::to_value(event.detail.state).expect("a state is JSON");
            let what = format!("{:<26} {}", "MediaLive channel", event.detail.message);
            Some(row(event.time, channel, state.as_str().unwrap_or_default(), &what))
        });
        self.spin(None);
    }

    fn made(&self, made: &Made) {
        self.put("made", made, || {
            let advice = made.advice.iter().map(|(word, line)| format!("  {word:<7} {line}\n"));
            Some(format!("\n{}\n\n{}", made.text, advice.collect::<String>()))
        });
        self.spin(made.waiting.clone());
    }

    /// What Lambda itself has to say is always worth reading; what a function logs, when asked for.
    fn log(&self, line: &LogLine) {
        if line.source == LogSource::Platform || self.verbose {
            self.spinner.suspend(|| eprintln!("{}: {}", line.function, line.text));
        }
    }

    fn put(&self, kind: &str, data: &impl Serialize, text: impl FnOnce() -> Option<String>) {
        let line = match self.output {
            Output::Text => text(),
            Output::Json => Some(json!({ "type": kind, "data": data }).to_string()),
        };
        if let Some(line) = line {
            self.spinner.suspend(|| println!("{line}"));
        }
    }

    /// Keeps the spinner turning while something is on its way; it shows on a terminal only.
    fn spin(&self, what: Option<String>) {
        if let Some(what) = what {
            self.spinner.reset();
            self.spinner.set_message(what);
            self.spinner.enable_steady_tick(Duration::from_millis(100));
        } else {
            self.spinner.disable_steady_tick();
            self.spinner.finish_and_clear();
        }
    }
}

fn row(time: Timestamp, name: &str, status: &str, what: &str) -> String {
    let clock = time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
    format!("{clock}  {name:<14} {status:<20} {what}").trim_end().to_owned()
}

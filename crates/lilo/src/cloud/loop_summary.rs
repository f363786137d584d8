//! A loop's summary for output.

use aws_sdk_medialive::types::ChannelState;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::aws::channel::Channel;
use crate::aws::stack::Stack;

/// A loop's stack and channel.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoopSummary {
    pub(crate) name: String,
    pub(crate) stack_status: String,
    /// `None` without a channel.
    pub(crate) channel_id: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) source: String,
    /// The stream's destination URLs.
    pub(crate) destinations: Vec<String>,
    /// The stream's source addresses.
    pub(crate) egress: Vec<String>,
    /// `None` while the channel does not run, and until the starter has recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) running_since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stop_at: Option<Timestamp>,
    /// The cost of this run, in the price's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cost: Option<f64>,
    pub(crate) console_url: String,
}

impl LoopSummary {
    pub(crate) fn of(stack: &Stack, channel: Option<&Channel>) -> Self {
        let stops = channel.filter(|channel| channel.runs());
        Self {
            name: stack.name.clone(),
            stack_status: stack.status.as_str().to_owned(),
            channel_id: channel.map(|channel| channel.id.clone()),
            state: channel.map(|channel| channel.state.as_str().to_owned()),
            source: stack.parameter("Source").to_owned(),
            destinations: channel.map(|it| it.destinations.clone()).unwrap_or_default(),
            egress: channel.map(|it| it.egress.clone()).unwrap_or_default(),
            running_since: stops.and_then(Channel::running_since),
            stop_at: stops.and_then(Channel::stop_at),
            cost: None,
            console_url: stack.output("ConsoleUrl").to_owned(),
        }
    }

    /// Adds the cost of the run so far.
    pub(crate) fn priced(mut self, price: f64, now: Timestamp) -> Self {
        let hours = self.running_since.map(|since| now.duration_since(since).as_secs_f64() / 3600.);
        self.cost = hours.map(|hours| price * hours.max(0.));
        self
    }

    /// Whether the channel runs.
    pub(crate) fn runs(&self) -> bool {
        self.state.as_deref() == Some(ChannelState::Running.as_str())
    }

    /// One line; `width` is the longest name's.
    pub(crate) fn row(&self, width: usize) -> String {
        let state = self.state.as_deref().unwrap_or("no channel");
        let row = format!(
            "{:<width$} {state:<12} {:<24} {}",
            self.name,
            self.stack_status,
            self.destinations.join(" ")
        );
        row.trim_end().to_owned()
    }

    /// All fields, one line each.
    pub(crate) fn lines(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let state = self.state.as_deref().unwrap_or("none yet");
        let id = self.channel_id.as_deref().unwrap_or_default();
        let mut lines = vec![
            ("stack", format!("{} {}", self.name, self.stack_status)),
            ("channel", format!("{state} {id}").trim_end().to_owned()),
            ("source", self.source.clone()),
            ("to", self.destinations.join(", ")),
            ("from", self.egress.join(", ")),
        ];
        let since = self.running_since.map(|at| (at, now.duration_since(at)));
        match since {
            Some((at, time)) => {
                lines.push(("running", format!("since {} ({})", clock(at), length(time))));
            }
            None if self.runs() => {
                lines.push(("running", "start time not known yet".to_owned()));
            }
            None => {}
        }
        if let Some(at) = self.stop_at {
            let left = at.duration_since(now);
            lines.push(("stops", format!("at {} (in {})", clock(at), length(left))));
        }
        if let Some(cost) = self.cost {
            lines.push(("cost", format!("{cost:.2} so far")));
        }
        lines.push(("console", self.console_url.clone()));
        lines.retain(|(_, text)| !text.is_empty());
        lines
    }
}

/// A time in the local time zone.
fn clock(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

fn length(time: SignedDuration) -> String {
    let minutes = time.as_mins().max(0);
    match minutes / 60 {
        0 => format!("{minutes} min"),
        hours => format!("{hours} h {} min", minutes % 60),
    }
}

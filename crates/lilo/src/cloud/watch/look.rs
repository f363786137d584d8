//! Looks at a loop on AWS, and keeps what they found.
//!
//! Each part of a look stands alone: without the right to list alerts, the channel is still there.

use aws_sdk_cloudformation::types::StackStatus;
use jiff::Timestamp;
use lilo_page::{Alert, StackEvent};

use crate::Error;
use crate::aws::Aws;
use crate::aws::channel::Channel;
use crate::aws::stack::Stack;

/// The answers of one look; `None` for a stack that AWS no longer knows.
#[derive(Debug)]
pub(super) struct Look {
    stack: Result<Option<Stack>, Error>,
    channel: Result<Option<Channel>, Error>,
    alerts: Result<Vec<Alert>, Error>,
    stack_events: Result<Vec<StackEvent>, Error>,
}

impl Look {
    /// Four calls; two while the stack has no channel.
    pub(super) async fn take(aws: &Aws, last: &Stack) -> Self {
        let stack = aws.stack(&last.id).await;
        let newest = stack.as_ref().ok().and_then(Option::as_ref).unwrap_or(last);
        let id = newest.output("ChannelId");
        let channel = if id.is_empty() { Ok(None) } else { aws.channel(id).await };
        let alerts = async {
            match &channel {
                Ok(None) => Ok(Vec::new()),
                Ok(Some(_)) | Err(_) => aws.alerts(id).await,
            }
        };
        let (alerts, stack_events) = tokio::join!(alerts, aws.newest_stack_events(&last.id));
        Self { stack, channel, alerts, stack_events }
    }
}

/// The newest answer of each part, and why some are older than others.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) stack: Stack,
    pub(super) stack_is_gone: bool,
    /// Whether AWS has said if there is a channel.
    pub(super) channel_is_known: bool,
    pub(super) channel: Option<Channel>,
    /// The channel's states since the first look, each with the time of the look that found it.
    pub(super) history: Vec<(Timestamp, String)>,
    pub(super) alerts: Vec<Alert>,
    pub(super) stack_events: Vec<StackEvent>,
    /// What went wrong in the last look.
    pub(super) problems: Vec<String>,
}

impl Found {
    pub(super) fn new(stack: Stack) -> Self {
        Self {
            stack,
            stack_is_gone: false,
            channel_is_known: false,
            channel: None,
            history: Vec::new(),
            alerts: Vec::new(),
            stack_events: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A part that failed stays as it was.
    pub(super) fn add(&mut self, look: Look, now: Timestamp) {
        self.problems.clear();
        if let Some(stack) = self.part(look.stack) {
            let is_gone = |it: &Stack| it.status == StackStatus::DeleteComplete;
            self.stack_is_gone = stack.as_ref().is_none_or(is_gone);
            self.stack = stack.unwrap_or_else(|| self.stack.clone());
        }
        if let Some(channel) = self.part(look.channel) {
            let state = channel.as_ref().map(|it| it.state.as_str().to_owned());
            if let Some(state) = state
                && self.history.last().is_none_or(|(_, last)| *last != state)
            {
                self.history.push((now, state));
            }
            self.channel_is_known = true;
            self.channel = channel;
        }
        if let Some(alerts) = self.part(look.alerts) {
            self.alerts = alerts;
        }
        if let Some(events) = self.part(look.stack_events) {
            self.stack_events = events;
        }
    }

    fn part<T>(&mut self, part: Result<T, Error>) -> Option<T> {
        let problem = match part {
            Ok(part) => return Some(part),
            Err(error) => error.line(),
        };
        // Without a network, or with old credentials, every part says the same.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        None
    }
}

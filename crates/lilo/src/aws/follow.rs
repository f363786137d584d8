//! Prints the events of a stack as they happen.

mod event;

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_cloudformation::types::StackStatus;
use tokio::time::{Instant, sleep};

use super::change_set::{Change, resources};
use super::cleanup::{Cleanup, Unfinished};
use super::failure::failed;
use super::stack::{Readiness, Stack};
use super::{Aws, stack};
use crate::Error;
use crate::error::Reason;
use crate::ui::screen::{NAME_WIDTH, Screen};
use event::Event;

/// The interval between two polls.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// A new operation appears in the events within seconds; after this time the status counts without
/// them.
const EVENT_DELAY: Duration = Duration::from_secs(60);

/// Follows a stack's events from some moment on.
#[derive(Debug)]
pub(crate) struct Follow<'a> {
    aws: &'a Aws,
    stack_id: String,
    name: String,
    /// The newest event that was printed, or that precedes the followed operation.
    last_printed: Option<String>,
    /// Whether the events show that the operation has started. Before, the status may be an earlier
    /// operation's: a description can be stale.
    started: bool,
    failure: Option<String>,
    /// The longest name that is shown.
    name_width: usize,
    /// The resources of AWS's own types that have come to an end. They are only counted, unless
    /// the screen is verbose.
    counted: BTreeSet<String>,
    /// How many these will be, if that is known.
    expected: Option<usize>,
}

/// The end of a stack operation.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: StackStatus,
    /// The first failed resource, and why.
    pub(crate) failure: Option<String>,
}

impl Ended {
    /// # Errors
    /// When the status is not `wanted`.
    pub(crate) fn check(self, name: &str, wanted: &str) -> Result<(), Error> {
        if self.status.as_str() == wanted {
            return Ok(());
        }
        let way_out = match stack::readiness(&self.status) {
            Readiness::Ready => "the stack is as before".to_owned(),
            Readiness::DeleteOnly if wanted == "DELETE_COMPLETE" => {
                "fix that, then delete it again".to_owned()
            }
            Readiness::DeleteOnly => format!("run `lilo destroy {name}` before you try again"),
            Readiness::NeedsRollback => format!(
                "fix that, then run `aws cloudformation continue-update-rollback --stack-name {name}`"
            ),
            Readiness::Busy | Readiness::InReview => "wait for its end".to_owned(),
        };
        Err(Error::StackFailed {
            name: name.to_owned(),
            status: self.status.as_str().to_owned(),
            source: Reason(self.failure.unwrap_or_else(|| "its events say why".to_owned())),
            way_out,
        })
    }
}

/// Follows a running operation of a stack to its end.
pub(crate) async fn follow_to_end(
    aws: &Aws,
    stack: &Stack,
    cleanup: &Cleanup,
    screen: &mut Screen,
) -> Result<(), Error> {
    let (name, status) = (&stack.name, stack.status.as_str());
    screen.remark(&format!("the stack {name} is in {status}; following it to its end"));
    let ongoing = cleanup.add(Unfinished::OnAws(format!("the stack {name}")));
    let follow = Follow::from_operation_start(aws, name, &stack.id).await?;
    follow.run_to_end(screen).await?;
    cleanup.done(ongoing);
    Ok(())
}

impl<'a> Follow<'a> {
    /// Follows from now on.
    pub(crate) async fn from_now(aws: &'a Aws, name: &str, id: &str) -> Result<Self, Error> {
        let mut follow = Self::new(aws, name, id);
        follow.last_printed = follow.newest(|_| true).await?;
        Ok(follow)
    }

    /// Follows from the start of the stack's current operation.
    pub(crate) async fn from_operation_start(
        aws: &'a Aws,
        name: &str,
        id: &str,
    ) -> Result<Self, Error> {
        let mut follow = Self::new(aws, name, id);
        let mut found = false;
        let before = |event: &Event| {
            let passed = found;
            found |= event.starts_operation(id);
            passed
        };
        follow.last_printed = follow.newest(before).await?;
        follow.started = true;
        Ok(follow)
    }

    fn new(aws: &'a Aws, name: &str, id: &str) -> Self {
        let name_width = name.len();
        let (stack_id, name) = (id.to_owned(), name.to_owned());
        Self {
            aws,
            stack_id,
            name,
            last_printed: None,
            started: false,
            failure: None,
            name_width: NAME_WIDTH.max(name_width),
            counted: BTreeSet::new(),
            expected: None,
        }
    }

    /// Follows a change set with these changes.
    pub(crate) fn expect(&mut self, changes: &[Change], verbose: bool) {
        if verbose {
            let longest = changes.iter().map(|change| change.logical_resource_id.len()).max();
            self.name_width = self.name_width.max(longest.unwrap_or_default());
        } else {
            self.expected = Some(changes.iter().filter(|change| change.is_of_aws()).count());
        }
    }

    /// Prints events until no operation is running.
    pub(crate) async fn run_to_end(mut self, screen: &mut Screen) -> Result<Ended, Error> {
        let since = Instant::now();
        let done = loop {
            let trusted = self.started || since.elapsed() > EVENT_DELAY;
            // The status comes first, so that the events printed after it are complete.
            let seen = self.aws.stack(&self.stack_id).await?;
            let status = seen.map_or(StackStatus::DeleteComplete, |stack| stack.status);
            self.print_new(screen).await?;
            let settled = match stack::readiness(&status) {
                // A stack stays in review for a moment after its creation has been requested.
                Readiness::Busy | Readiness::InReview => false,
                Readiness::Ready | Readiness::DeleteOnly | Readiness::NeedsRollback => true,
            };
            if status == StackStatus::DeleteComplete || settled && trusted {
                break status;
            }
            let text = progress(self.counted.len(), self.expected);
            screen.begin(&self.name, format!("{} {}{text}", self.name, status.as_str()));
            sleep(POLL_INTERVAL).await;
        };
        screen.end(&self.name);
        Ok(Ended { status: done, failure: self.failure })
    }

    async fn print_new(&mut self, screen: &mut Screen) -> Result<(), Error> {
        let events = self.new_events().await?;
        let verbose = screen.verbose;
        let is_shown = |event: &Event, stack: &str| verbose || !event.is_only_counted(stack);
        let shown = events.iter().filter(|event| is_shown(event, &self.stack_id));
        let longest = shown.map(Event::name_width).max();
        self.name_width = self.name_width.max(longest.unwrap_or_default());
        for event in events {
            if !verbose && event.is_counted_end(&self.stack_id) {
                self.counted.insert(event.logical_resource_id.clone());
            }
            let note = match self.counted.len() {
                count if count > 0 && event.ends_operation(&self.stack_id) => resources(count),
                _ => String::new(),
            };
            screen.put("stack-event", &event, || {
                is_shown(&event, &self.stack_id).then(|| event.row(self.name_width, &note))
            });
            if event.is_cause() {
                self.failure.get_or_insert_with(|| event.cause());
            }
            self.started |= event.shows_operation(&self.stack_id);
            self.last_printed = Some(event.id);
        }
        Ok(())
    }

    /// The id of the newest event that is `wanted`; checks events from the newest backwards.
    async fn newest(
        &self,
        mut wanted: impl FnMut(&Event) -> bool,
    ) -> Result<Option<String>, Error> {
        let mut page = None;
        loop {
            let (events, next) = self.page(page).await?;
            if let Some(event) = events.into_iter().find(&mut wanted) {
                return Ok(Some(event.id));
            }
            page = next;
            if page.is_none() {
                return Ok(None);
            }
        }
    }

    /// The events not yet printed, the oldest first.
    async fn new_events(&self) -> Result<Vec<Event>, Error> {
        let (mut new, mut page) = (Vec::new(), None);
        loop {
            let (events, next) = self.page(page).await?;
            for event in events {
                if self.last_printed.as_ref() == Some(&event.id) {
                    new.reverse();
                    return Ok(new);
                }
                new.push(event);
            }
            page = next;
            if page.is_none() {
                new.reverse();
                return Ok(new);
            }
        }
    }

    /// One page of the stack's events, the newest first; empty for a deleted stack.
    async fn page(&self, token: Option<String>) -> Result<(Vec<Event>, Option<String>), Error> {
        let call = self.aws.cloudformation.describe_stack_events().stack_name(&self.stack_id);
        match call.set_next_token(token).send().await {
            Ok(page) => {
                let events = page.stack_events.unwrap_or_default();
                Ok((events.into_iter().map(Event::from).collect(), page.next_token))
            }
            Err(error) if stack::says_no_such_stack(&error) => Ok((Vec::new(), None)),
            Err(error) => Err(failed(error, format!("read the events of stack {}", self.name))),
        }
    }
}

/// How far a stack is: the resources that have come to an end, and how many these will be.
fn progress(ended: usize, expected: Option<usize>) -> String {
    match expected {
        Some(all) if all > 0 && ended <= all => format!(", {ended} of {}", resources(all)),
        Some(_) | None if ended > 0 => format!(", {}", resources(ended)),
        Some(_) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spinner_counts_the_resources() {
        assert_eq!(progress(0, Some(29)), ", 0 of 29 resources");
        assert_eq!(progress(12, Some(29)), ", 12 of 29 resources");
        assert_eq!(progress(30, Some(29)), ", 30 resources");
        assert_eq!(progress(1, None), ", 1 resource");
        assert_eq!(progress(0, None), "");
        assert_eq!(progress(0, Some(0)), "");
    }
}

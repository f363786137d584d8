//! What happens to a stack, told as it happens.

mod event;

use std::time::Duration;

use aws_sdk_cloudformation::types::StackStatus;
use tokio::time::{Instant, sleep};

use super::cleanup::{Begun, Cleanup};
use super::failure::failed;
use super::stack::{Stack, Standing};
use super::{Aws, stack};
use crate::Error;
use crate::ui::screen::Screen;
use event::Event;

/// How long CloudFormation is left alone between two looks.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// An order shows among the events within seconds; after this long the status is believed without.
const BEGINS_WITHIN: Duration = Duration::from_secs(60);

/// A stack whose events are told from some moment on.
#[derive(Debug)]
pub(crate) struct Follow<'a> {
    aws: &'a Aws,
    stack_id: String,
    name: String,
    /// The newest event that was told, or that is older than what is of interest.
    told: Option<String>,
    /// Whether its events say that what is followed has begun. Until then the status may be what an
    /// earlier order came to: a description can be older than the order.
    begun: bool,
    failure: Option<String>,
}

/// What a stack came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: StackStatus,
    /// The first reason why a resource failed, with the resource's name.
    pub(crate) failure: Option<String>,
}

impl Ended {
    /// # Errors
    /// When the stack came to anything but what was wanted.
    pub(crate) fn check(self, name: &str, wanted: &str) -> Result<(), Error> {
        if self.status.as_str() == wanted {
            return Ok(());
        }
        let way_out = match stack::standing(&self.status) {
            Standing::Ready => "it is as it was before".to_owned(),
            Standing::Dead if wanted == "DELETE_COMPLETE" => {
                "put that right, then delete it again".to_owned()
            }
            Standing::Dead => format!("run `lilo destroy {name}` before you try again"),
            Standing::Stuck => format!(
                "put that right, then run `aws cloudformation continue-update-rollback --stack-name {name}`"
            ),
            Standing::Busy | Standing::InReview => "wait for its end".to_owned(),
        };
        Err(Error::StackFailed {
            name: name.to_owned(),
            status: self.status.as_str().to_owned(),
            why: self.failure.unwrap_or_else(|| "its events say why".to_owned()),
            way_out,
        })
    }
}

/// Follows what somebody began with a stack to its end.
pub(crate) async fn outlast(
    aws: &Aws,
    stack: &Stack,
    cleanup: &Cleanup,
    screen: &mut Screen,
) -> Result<(), Error> {
    let (name, status) = (&stack.name, stack.status.as_str());
    screen.remark(&format!("the stack {name} is in {status}; following it to its end"));
    let going = cleanup.add(Begun::Order(format!("the stack {name}")));
    let follow = Follow::from_its_beginning(aws, name, &stack.id).await?;
    follow.until_its_end(screen).await?;
    cleanup.done(going);
    Ok(())
}

impl<'a> Follow<'a> {
    /// Of what happens from now on.
    pub(crate) async fn from_now(aws: &'a Aws, name: &str, id: &str) -> Result<Self, Error> {
        let mut follow = Self::new(aws, name, id);
        follow.told = follow.newest(|_| true).await?;
        Ok(follow)
    }

    /// Of what somebody began before: since the stack itself was last ordered to do something.
    pub(crate) async fn from_its_beginning(
        aws: &'a Aws,
        name: &str,
        id: &str,
    ) -> Result<Self, Error> {
        let mut follow = Self::new(aws, name, id);
        let mut ordered = false;
        let before = |event: &Event| {
            let passed = ordered;
            ordered |= event.is_order(id);
            passed
        };
        follow.told = follow.newest(before).await?;
        follow.begun = true;
        Ok(follow)
    }

    fn new(aws: &'a Aws, name: &str, id: &str) -> Self {
        let (stack_id, name) = (id.to_owned(), name.to_owned());
        Self { aws, stack_id, name, told: None, begun: false, failure: None }
    }

    /// Tells what happens until nothing is being done to the stack any more.
    pub(crate) async fn until_its_end(mut self, screen: &mut Screen) -> Result<Ended, Error> {
        let since = Instant::now();
        let done = loop {
            let believed = self.begun || since.elapsed() > BEGINS_WITHIN;
            // The status first: what is told after it is all there is.
            let seen = self.aws.stack(&self.stack_id).await?;
            let status = seen.map_or(StackStatus::DeleteComplete, |stack| stack.status);
            self.tell(screen).await?;
            let settled = match stack::standing(&status) {
                // A stack stays in review for a moment after the order to create it.
                Standing::Busy | Standing::InReview => false,
                Standing::Ready | Standing::Dead | Standing::Stuck => true,
            };
            if status == StackStatus::DeleteComplete || settled && believed {
                break status;
            }
            screen.begin(&self.name, format!("{} {}", self.name, status.as_str()));
            sleep(LOOK_AGAIN).await;
        };
        screen.end(&self.name);
        Ok(Ended { status: done, failure: self.failure })
    }

    async fn tell(&mut self, screen: &mut Screen) -> Result<(), Error> {
        for event in self.news().await? {
            screen.put("stack-event", &event, || Some(event.row()));
            if event.is_cause() {
                self.failure.get_or_insert_with(|| event.cause());
            }
            self.begun |= event.is_beginning(&self.stack_id);
            self.told = Some(event.id);
        }
        Ok(())
    }

    /// The id of the newest event that is `wanted`; all that are newer are asked, the newest first.
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

    /// What has not been told yet, the oldest first.
    async fn news(&self) -> Result<Vec<Event>, Error> {
        let (mut news, mut page) = (Vec::new(), None);
        loop {
            let (events, next) = self.page(page).await?;
            for event in events {
                if self.told.as_ref() == Some(&event.id) {
                    news.reverse();
                    return Ok(news);
                }
                news.push(event);
            }
            page = next;
            if page.is_none() {
                news.reverse();
                return Ok(news);
            }
        }
    }

    /// One page of the stack's history, the newest first; none of a stack that is gone.
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

//! What a conformance run leaves in the account, found and deleted by its tag.

use std::time::Duration;

use lilo_conformance::{PROBE_STACK, TAG};

use super::Aws;
use super::stack::Stack;
use crate::Error;
use crate::error::Reason;
use crate::ui::screen;

impl Aws {
    /// The probe stack, if it carries the tag. Whoever may not look at stacks has made none.
    pub(crate) async fn probe_stack(&self) -> Result<Option<Stack>, Error> {
        match self.stack(PROBE_STACK).await {
            Ok(found) => Ok(found.filter(|stack| stack.tags.contains_key(TAG))),
            Err(Error::Denied { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes what a run has made, after it ended in whatever way. Does not wait for the probe
    /// stack.
    pub(crate) async fn delete_conformance_run(&self, quiet: Duration) -> Result<(), Error> {
        let mut is_told = false;
        let cleaned = lilo_conformance::clean(&self.medialive, quiet, |left| {
            if !is_told && !left.is_empty() {
                screen::remark("deleting what the run made, which can take minutes");
                is_told = true;
            }
        });
        cleaned.await.map_err(Reason).map_err(Error::Conformance)?;
        match self.probe_stack().await? {
            Some(stack) => self.delete_stack(&stack).await,
            None => Ok(()),
        }
    }
}

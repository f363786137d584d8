//! Waits: until a state is there, or while something may still come.

use std::time::Duration;

use aws_sdk_medialive::types::ChannelState;
use tokio::time::Instant;

use super::{FIRST_GAP, Lab, channel_state};
use crate::answer::Unanswered;
use crate::gaps::Gaps;

impl Lab<'_> {
    /// Waits until the channel is in this state.
    ///
    /// # Errors
    /// When that takes longer than `limit`, or a failed state comes instead.
    pub(super) async fn wait_for(
        &mut self,
        id: &str,
        wanted: &ChannelState,
        limit: Duration,
    ) -> Result<(), Unanswered> {
        let (since, mut gaps) = (Instant::now(), Gaps::new(FIRST_GAP));
        loop {
            let state = channel_state(self.client, id).await?;
            if state == *wanted {
                return Ok(());
            }
            let failed = matches!(state, ChannelState::CreateFailed | ChannelState::UpdateFailed);
            if failed || since.elapsed() > limit {
                let seconds = since.elapsed().as_secs();
                return Err(Unanswered(format!(
                    "the channel is {state}, not {wanted}, after {seconds} s"
                )));
            }
            self.step(&format!("the channel is {state}"));
            gaps.wait().await;
        }
    }

    /// The states that the channel goes through after `first`, until it is in `last` again, or
    /// `patience` is over without a change: `IDLE`, or `UPDATING, then IDLE`.
    pub(crate) async fn states_until(
        &mut self,
        id: &str,
        first: ChannelState,
        last: &ChannelState,
        patience: Duration,
    ) -> Result<String, Unanswered> {
        let (since, mut gaps) = (Instant::now(), Gaps::new(FIRST_GAP));
        let limit = self.time_left().unwrap_or(super::STATE_LIMIT);
        let mut seen = vec![first];
        loop {
            let state = channel_state(self.client, id).await?;
            if seen.last() != Some(&state) {
                seen.push(state.clone());
            }
            let changed = seen.iter().any(|it| it != last);
            if state == *last && (changed || since.elapsed() > patience) {
                break;
            }
            if since.elapsed() > limit {
                return Err(Unanswered(format!("the channel is still {state}")));
            }
            self.step(&format!("the channel is {state}"));
            gaps.wait().await;
        }
        let names: Vec<_> = seen.iter().map(ChannelState::as_str).collect();
        Ok(names.join(", then "))
    }

    /// Looks until `look` finds something, for as long as a running channel may take to show it.
    pub(crate) async fn appears<T>(
        &mut self,
        what: &str,
        mut look: impl AsyncFnMut(&mut Self) -> Result<Option<T>, Unanswered>,
    ) -> Result<Option<T>, Unanswered> {
        let limit = self.time_left().unwrap_or(self.waits.running).min(self.waits.running);
        let (since, mut gaps) = (Instant::now(), Gaps::new(FIRST_GAP));
        loop {
            if let Some(found) = look(self).await? {
                return Ok(Some(found));
            }
            if since.elapsed() > limit {
                return Ok(None);
            }
            self.step(&format!("waiting for {what}"));
            gaps.wait().await;
        }
    }
}

//! The gaps between two looks.

use std::time::Duration;

use tokio::time::sleep;

/// As MediaLive's waiters have it.
const LONGEST: Duration = Duration::from_secs(5);

/// Short at first, for states that pass quickly, then longer.
#[derive(Debug)]
pub(crate) struct Gaps(Duration);

impl Gaps {
    pub(crate) fn new(first: Duration) -> Self {
        Self(first)
    }

    pub(crate) async fn wait(&mut self) {
        sleep(self.0).await;
        self.0 = (self.0 * 4 / 3).min(LONGEST);
    }
}

//! The time that a function's work may take, from its beginning.

use std::time::Duration;

use lilo_lifecycle::Patience;
use tokio::time::Instant;

/// A length of time that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    begun: Instant,
    length: Duration,
}

impl Budget {
    /// `length` from now.
    #[must_use]
    pub fn of(length: Duration) -> Self {
        Self { begun: Instant::now(), length }
    }

    /// What a decision has to know of it.
    #[must_use]
    pub fn patience(self) -> Patience {
        Patience { spent: self.begun.elapsed(), budget: self.length }
    }

    /// Waits for one gap between two looks, if there is time for it.
    pub(crate) async fn wait(self) -> bool {
        let patience = self.patience();
        if patience.lasts() {
            tokio::time::sleep(patience.gap()).await;
        }
        patience.lasts()
    }
}

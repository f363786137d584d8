//! The time that a function's work may take.

use std::time::Duration;

use lilo_lifecycle::Patience;
use tokio::time::Instant;

/// A length of time that has begun, perhaps in an earlier invocation.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    begun: Instant,
    before: Patience,
}

impl From<Patience> for Budget {
    /// The time as it stands now.
    fn from(before: Patience) -> Self {
        Self { begun: Instant::now(), before }
    }
}

impl Budget {
    /// `length` from now.
    #[must_use]
    pub fn of(length: Duration) -> Self {
        Patience { spent: Duration::ZERO, budget: length }.into()
    }

    /// What a decision has to know of it.
    #[must_use]
    pub fn patience(self) -> Patience {
        Patience { spent: self.before.spent + self.begun.elapsed(), ..self.before }
    }

    /// The same, and `length` from now at most.
    #[must_use]
    pub fn at_most(self, length: Duration) -> Self {
        let now = self.patience();
        Patience { budget: now.budget.min(now.spent + length), ..now }.into()
    }

    /// The same, until CloudFormation has waited for `age` at most.
    #[must_use]
    pub fn until(self, age: Duration) -> Self {
        let now = self.patience();
        Patience { budget: now.budget.min(age), ..now }.into()
    }

    /// Waits for one gap between two looks, if there is time for it. The gap is jittered: those who were throttled together
    /// must not come back together.
    pub(crate) async fn wait(self) -> bool {
        let patience = self.patience();
        if patience.lasts() {
            tokio::time::sleep(patience.gap().mul_f64(f64::midpoint(1.0, fastrand::f64()))).await;
        }
        patience.lasts()
    }
}

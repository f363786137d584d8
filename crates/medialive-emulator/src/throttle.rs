//! Limits the request rate with a token bucket.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A request rate over all operations, in each region of each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Sustained requests per second; at least one.
    pub per_second: u32,
    /// Requests at once after a pause; at least one.
    pub burst: u32,
}

impl Throttle {
    /// 20 a second, 40 at once (user guide, "Limits"). Older versions of the guide say 5 and 30.
    #[must_use]
    pub const fn medialive() -> Self {
        Self { per_second: 20, burst: 40 }
    }
}

/// A token bucket, stored as the moment when it is full again.
#[derive(Debug)]
pub(crate) struct Bucket {
    throttle: Throttle,
    full_at: Mutex<Instant>,
}

impl Bucket {
    pub(crate) fn new(throttle: Throttle) -> Self {
        Self { throttle, full_at: Mutex::new(Instant::now()) }
    }

    /// Takes a token; false if there is none.
    pub(crate) fn take(&self) -> bool {
        let one = Duration::from_secs(1) / self.throttle.per_second.max(1);
        let now = Instant::now();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let after = now.max(*full_at) + one;
        let free = after <= now + one * self.throttle.burst.max(1);
        if free {
            *full_at = after;
        }
        free
    }
}

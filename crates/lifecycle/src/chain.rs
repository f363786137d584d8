//! Errors with their causes.

use std::error::Error;
use std::iter::successors;

/// The error and its causes on one line. No Display repeats its source, so each is said once.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = successors(error.source(), |cause| (**cause).source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

//! Errors with their causes.

use std::error::Error;
use std::iter::successors;

/// The error and its causes as one line, each said once: a boundary joins them, as Display never repeats a source.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = successors(error.source(), |cause| (**cause).source());
    causes.fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

//! Asks MediaLive what docs/fidelity.md could only choose, and compares the answers.
//!
//! A check calls the API alone, so the same checks run against the emulated MediaLive and against
//! AWS. A check's expected answer is that of the emulator with its default settings. Must not know
//! which of the two it talks to, nor LILO's stacks and functions.

mod answer;
mod check;
mod checks;
mod clean;
mod fixture;
mod gaps;
mod report;
mod rows;
mod run;

pub use check::{Check, Exemption};
pub use checks::{CHECKS, EXEMPT};
pub use clean::{Leftover, clean, leftovers};
pub use fixture::settings::small_channel;
pub use fixture::{CHANNELS, PROBE_STACK, Place, RUN_LIMIT, START_LIMIT, STATE_LIMIT, TAG, Waits};
pub use report::{Measured, Outcome, Progress, Report, Summary, Verdict, without_ids};
pub use rows::{choices, row_of};
pub use run::run;

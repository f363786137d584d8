//! Whatever goes wrong, every request is answered once, and a deleted stack leaves nothing. See
//! docs/reliability.md.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod campaign;
mod invariants;
mod matrix;
mod others;
mod payloads;
mod scenario;

/// Whether everything is to be played, as `make reliability` does, and not only the share of it
/// that is part of `make test`.
fn full() -> bool {
    std::env::var("LILO_RELIABILITY").is_ok_and(|it| it == "full")
}

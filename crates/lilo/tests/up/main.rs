//! `lilo up` as a person runs it: the real command, real functions, ffmpeg, signals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod ending;
#[cfg(target_os = "linux")]
mod functions;
mod https;
mod picture;
mod running;
mod update;

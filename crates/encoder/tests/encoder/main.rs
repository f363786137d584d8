//! The encoder with the real ffmpeg: what arrives at the destination, and what is left when it
//! ends.

#![expect(clippy::unwrap_used, reason = "tests")]

mod clip;
mod emulator;
mod endurance;
mod filling;
mod formats;
mod kinds;
mod life;
mod looping;

mod origin;
mod output;

mod processes;
mod real;
mod recording;
mod settings;
mod tools;
mod transport;
mod watching;

use std::net::SocketAddr;

use lilo_encoder::{Job, Video};

/// The default job, with a small picture so that many can be encoded at once.
fn small_job(source: String, address: SocketAddr) -> Job {
    let job = Job::sample(source, address);
    let (width, height) = (Some(320), Some(180));
    Job { video: Video { width, height, bitrate: 500_000, ..job.video }, ..job }
}

//! The encoder with the real ffmpeg: what arrives at the destination, and what is left when it ends.

#![expect(clippy::unwrap_used, reason = "tests")]

mod clip;
mod filling;
mod life;
mod looping;
mod matrix;
mod origin;
mod output;
mod plane;
mod processes;
mod recording;
mod tools;
mod transport;

use std::net::SocketAddr;

use lilo_medialive_emulator::encoder::{
    Audio, Destination, Job, Profile, Protocol, RateControl, Video,
};

/// The default job, with a small picture so that many can be encoded at once.
fn small_job(source: String, address: SocketAddr) -> Job {
    let job = default_job(source, address);
    Job { video: Video { width: 320, height: 180, bitrate: 500_000, ..job.video }, ..job }
}

/// LILO's channel as it comes.
fn default_job(source: String, address: SocketAddr) -> Job {
    Job {
        source,
        video: Video {
            width: 1920,
            height: 1080,
            frame_rate: (25, 1),
            bitrate: 10_000_000,
            rate_control: RateControl::Cbr,
            gop_frames: 50,
            b_frames: 2,
            reference_frames: 1,
            profile: Profile::Main,
            cabac: false,
        },
        audio: Audio { bitrate: 96_000, sample_rate: 48_000, language: "fr".to_owned() },
        destination: Destination { protocol: Protocol::Rtp, address },
    }
}

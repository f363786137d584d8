use std::net::{Ipv4Addr, SocketAddr};

use super::*;
use crate::encoder::{Destination, Protocol};

fn job() -> Job {
    Job {
        source: "http://127.0.0.1/loop.mp4".to_owned(),
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
        destination: Destination {
            protocol: Protocol::Rtp,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 5000)),
        },
    }
}

fn source(audio: Option<usize>) -> Source {
    Source { video: 0, audio, matrix: "auto", duration: None }
}

fn line(job: &Job, source: &Source) -> String {
    arguments(job, source).join(" ")
}

#[test]
fn the_default_job_is_asked_of_ffmpeg_as_it_stands() {
    let line = line(&job(), &source(Some(1)));
    for part in [
        "-map 0:0 -map 0:1",
        "fps=25/1:start_time=0",
        "-profile:v main -b:v 10000000 -maxrate 10000000 -bufsize 5000000 -g 50 -bf 2 -refs 1",
        "nal-hrd=cbr:cabac=0:",
        "-c:a aac -profile:a aac_low -b:a 96000 -metadata:s:a:0 language=fra",
        "-muxrate 10765200",
    ] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
}

#[test]
fn the_sources_address_is_not_on_ffmpegs_command_line_but_only_on_the_probes() {
    assert!(!line(&job(), &source(Some(1))).contains("loop.mp4"));
}

#[test]
fn a_silent_source_gets_silence() {
    let line = line(&job(), &source(None));
    assert!(line.contains("-i anullsrc=r=48000:cl=stereo -map 0:0 -map 1:0"), "{line}");
}

#[test]
fn qvbr_has_a_ceiling_and_no_floor() {
    let mut job = job();
    job.video.rate_control = RateControl::Qvbr;
    let line = line(&job, &source(Some(1)));
    assert!(line.contains("-crf 20 -maxrate 10000000"), "{line}");
    assert!(line.contains("nal-hrd=vbr") && !line.contains("-b:v"), "{line}");
}

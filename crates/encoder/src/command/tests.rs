use super::*;
use crate::Job;

fn sample() -> Job {
    Job::sample("http://127.0.0.1:9/loop.mp4".to_owned(), ([127, 0, 0, 1], 5000).into())
}

fn source(audio: Option<usize>) -> Source {
    Source { video: 0, audio, matrix: "auto" }
}

fn encoder_line(job: &Job) -> String {
    encoder(job).join(" ")
}

fn decoder_line(source: &Source) -> String {
    decoder(&sample(), source).join(" ")
}

#[test]
fn the_default_job_is_asked_of_ffmpeg_as_it_stands() {
    let line = encoder_line(&sample());
    for part in [
        "-video_size 1920x1080 -framerate 25/1",
        "-profile:v main -b:v 10000000 -maxrate 10000000 -bufsize 5000000 -g 50 -bf 2 -refs 1",
        "nal-hrd=cbr:cabac=0:",
        "-c:a aac -profile:a aac_low -b:a 96000 -metadata:s:a:0 language=fra",
        "-muxrate 10765200",
    ] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
    let line = decoder_line(&source(Some(1)));
    assert!(line.contains("fps=25/1:start_time=0"), "{line}");
    assert!(line.contains("pipe:1 -map 0:1 -f s16le"), "{line}");
}

#[test]
fn ffmpeg_command_lines_do_not_contain_the_source_url() {
    assert!(!decoder_line(&source(Some(1))).contains("loop.mp4"));
    assert!(!encoder_line(&sample()).contains("loop.mp4"));
}

#[test]
fn no_sound_is_asked_of_a_silent_source() {
    assert!(!decoder_line(&source(None)).contains("s16le"));
}

#[test]
fn a_picture_of_odd_size_has_room_for_its_last_colours() {
    let video = Video { width: 5, height: 3, ..sample().video };
    assert_eq!(picture_bytes(&video), 15 + 2 * 3 * 2);
}

#[test]
fn qvbr_has_a_ceiling_and_no_floor() {
    let mut job = sample();
    job.video.rate_control = RateControl::Qvbr;
    let line = encoder_line(&job);
    assert!(line.contains("-crf 20 -maxrate 10000000"), "{line}");
    assert!(line.contains("nal-hrd=vbr") && !line.contains("-b:v"), "{line}");
}

use super::*;
use crate::Job;

fn sample() -> Job {
    Job::sample("http://127.0.0.1:9/loop.mp4".to_owned(), ([127, 0, 0, 1], 5000).into())
}

const FORMAT: Format = Format { width: 1920, height: 1080, frame_rate: (25, 1) };

fn source(interlaced: bool) -> Source {
    Source {
        video: 2,
        size: (1920, 1080),
        frame_rate: None,
        interlaced,
        matrix: "auto",
        video_end: None,
        audio: Vec::new(),
        bytes: None,
    }
}

fn encoder_line(job: &Job) -> String {
    encoder(job, FORMAT, "fr").join(" ")
}

#[test]
fn the_default_job_is_asked_of_ffmpeg_as_it_stands() {
    let line = encoder_line(&sample());
    for part in [
        "-video_size 1920x1080 -framerate 25/1",
        "-profile:v main -b:v 10000000 -maxrate 10000000 -bufsize 5000000 -g 50 -bf 2 -refs 1",
        "sync-lookahead=0:nal-hrd=cbr:cabac=0:",
        "-map 0:0 -map 1:0",
        "-c:a aac -profile:a aac_low -b:a 96000 -metadata:s:a:0 language=fra",
        "-muxrate 10765200 -streamid 0:481 -streamid 1:482 -mpegts_pmt_start_pid 480",
        "-mpegts_service_id 1 -mpegts_transport_stream_id 1",
    ] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
}

#[test]
fn decoders_read_one_stream_each_and_keep_its_timestamps() {
    for (line, stream) in
        [(pictures(FORMAT, &source(false)), "-map 0:2 -an"), (sound(48_000, 3), "-map 0:3 -vn")]
    {
        let line = line.join(" ");
        for part in [stream, "-copyts", "-output_ts_offset 10 -f nut -write_index 0 pipe:1"] {
            assert!(line.contains(part), "{part} is missing in {line}");
        }
        for clock in ["fps=", "async"] {
            assert!(!line.contains(clock), "{clock} begins at zero again in mid-file: {line}");
        }
    }
}

#[test]
fn only_what_may_be_interlaced_is_deinterlaced() {
    for interlaced in [true, false] {
        let line = pictures(FORMAT, &source(interlaced)).join(" ");
        assert_eq!(line.contains("bwdif"), interlaced);
    }
}

#[test]
fn ffmpeg_command_lines_do_not_contain_the_source_url() {
    for line in
        [pictures(FORMAT, &source(false)), sound(48_000, 1), encoder(&sample(), FORMAT, "fr")]
    {
        assert!(!line.join(" ").contains("loop.mp4"));
    }
}

#[test]
fn a_job_without_sound_has_the_picture_alone() {
    let line = encoder_line(&Job { audio: None, ..sample() });
    for part in ["s16le", "aac", "-streamid 1:"] {
        assert!(!line.contains(part), "{part} is in {line}");
    }
}

#[test]
fn a_picture_of_odd_size_has_room_for_its_last_colours() {
    let format = Format { width: 5, height: 3, ..FORMAT };
    assert_eq!(format.picture_bytes(), 15 + 2 * 3 * 2);
}

#[test]
fn qvbr_has_a_ceiling_and_no_floor() {
    let mut job = sample();
    job.video.rate_control = RateControl::Qvbr { quality: 8 };
    let line = encoder_line(&job);
    assert!(line.contains("-crf 20 -maxrate 10000000"), "{line}");
    assert!(line.contains("nal-hrd=vbr") && !line.contains("-b:v"), "{line}");
}

#[test]
fn only_large_or_fast_pictures_take_more_than_two_threads() {
    for (width, height, rate, threads) in [
        (1920, 1080, (30_000, 1_001), "2"),
        (1280, 720, (60, 1), "2"),
        (1920, 1080, (50, 1), "auto"),
        (3840, 2160, (25, 1), "auto"),
    ] {
        let format = Format { width, height, frame_rate: rate };
        let line = encoder(&sample(), format, "fr").join(" ");
        assert!(line.contains(&format!("-threads:v {threads} ")), "{format:?}: {line}");
    }
}

#[test]
fn better_quality_has_a_lower_factor() {
    assert_eq!([1, 8, 10].map(crf), [34, 20, 16]);
}

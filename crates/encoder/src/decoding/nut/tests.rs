//! What ffmpeg writes, and what nobody should.

use std::process::{Command, Stdio};

use super::*;

fn ffmpeg(arguments: &str) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error"]).args(arguments.split_whitespace());
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

async fn frames(input: &[u8]) -> io::Result<Vec<Frame>> {
    let mut reader = Reader::new(input);
    let mut frames = Vec::new();
    while let Some(frame) = reader.next().await? {
        frames.push(frame);
    }
    Ok(frames)
}

#[tokio::test]
async fn pictures_come_whole_and_at_their_times() {
    let source = "-f lavfi -i testsrc2=s=160x90:r=30000/1001 -frames:v 900 -pix_fmt yuv420p";
    let raw = ffmpeg(&format!("{source} -f rawvideo pipe:1"));
    let nut = ffmpeg(&format!(
        "{source} -fps_mode passthrough -enc_time_base 1:90000 -c:v rawvideo -output_ts_offset 10 \
         -f nut -write_index 0 pipe:1"
    ));

    let frames = frames(&nut).await.unwrap();

    assert_eq!(frames.len(), 900);
    let data: Vec<u8> = frames.iter().flat_map(|frame| frame.data.to_vec()).collect();
    assert!(data == raw, "the pictures are those of the raw pipe");
    for (number, frame) in (0_i64..).zip(&frames) {
        let due = 10_000_000_000 + number * 1_001_000_000_000 / 30_000;
        assert!((frame.time - due).abs() < 12_000, "{number}: {} for {due}", frame.time);
    }
}

/// Silence begins like the start of a video packet, which the container leaves out.
#[tokio::test]
async fn samples_are_those_of_the_raw_pipe() {
    for source in ["sine=d=3:r=48000", "anullsrc=d=3:r=48000", "aevalsrc='0|0.00001':d=3:s=48000"] {
        let source = format!("-f lavfi -i {source} -ac 2 -t 3");
        let raw = ffmpeg(&format!("{source} -f s16le pipe:1"));
        let nut = ffmpeg(&format!(
            "{source} -c:a pcm_s16le -output_ts_offset 10 -f nut -write_index 0 pipe:1"
        ));

        let frames = frames(&nut).await.unwrap();

        let data: Vec<u8> = frames.iter().flat_map(|frame| frame.data.to_vec()).collect();
        assert!(data == raw, "{source}: {} of {} bytes", data.len(), raw.len());
        let mut samples = 10 * 48_000;
        for frame in &frames {
            assert_eq!((frame.time * 48_000 + 500_000_000) / 1_000_000_000, samples);
            samples += i64::try_from(frame.data.len() / 4).unwrap();
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_off_ends() {
    let nut = ffmpeg(
        "-f lavfi -i testsrc2=s=64x64 -frames:v 3 -pix_fmt yuv420p -c:v rawvideo -f nut pipe:1",
    );
    for length in (0..nut.len()).step_by(97) {
        assert!(frames(&nut[..length]).await.unwrap().len() <= 3);
    }
}

#[tokio::test]
async fn what_is_no_nut_is_an_error_and_never_a_panic() {
    assert!(frames(&[b'x'; 100]).await.is_err());
    let nut = ffmpeg(
        "-f lavfi -i testsrc2=s=16x16 -frames:v 3 -pix_fmt yuv420p -c:v rawvideo -f nut pipe:1",
    );
    let headers = nut.len().min(600);
    for place in 0..headers {
        for value in [0, 0x7f, 0x80, 0xff, b'N'] {
            let mut broken = nut.clone();
            broken[place] = value;
            let _ = frames(&broken).await;
        }
    }
}

//! ffmpeg's command line for a job. Pure; the order of the options is ffmpeg's grammar.

use super::rate::MuxRate;
use super::source::{PROTOCOLS, Source};
use super::{Audio, Job, Profile, RateControl, Video, language};

/// Of two cores, 1080p25 at 10 Mb/s takes 0.85 with `superfast`, 1.25 with `veryfast` and 0.68 with `ultrafast`; the
/// pictures differ by less than 0.005 in SSIM (0.928, 0.931, 0.926), and `ultrafast` has no scene change detection.
/// Measured with 5.1 as user time over 8 s of a noisy Mandelbrot zoom with test pictures.
const PRESET: &str = "superfast";

/// The quality that QVBR spends its bits for, in x264's scale.
const QVBR_CRF: u32 = 20;

/// The arguments of an ffmpeg that reads the playlist from its standard input and writes the transport stream to its
/// standard output, as fast as that is read.
pub(super) fn arguments(job: &Job, source: &Source) -> Vec<String> {
    let line = [input(job, source), video(&job.video), audio(&job.audio), output(job)].join(" ");
    line.split_whitespace()
        .map(str::to_owned)
        .chain(["-vf".to_owned(), picture(&job.video, source), "-af".to_owned(), sound(&job.audio)])
        .chain(["-f", "mpegts", "pipe:1"].map(str::to_owned))
        .collect()
}

/// The playlist is the only thing that may be read from a pipe. Naming the formats keeps a file that calls itself MP4
/// from being another playlist.
fn input(job: &Job, source: &Source) -> String {
    let Source { video, audio, .. } = source;
    let looped = format!(
        "-nostdin -hide_banner -nostats -v error -protocol_whitelist pipe,{PROTOCOLS} -format_whitelist concat,mov \
         -safe 0 -stream_loop -1 -f concat -i pipe:0"
    );
    match audio {
        Some(audio) => format!("{looped} -map 0:{video} -map 0:{audio}"),
        None => format!(
            "{looped} -f lavfi -i anullsrc=r={}:cl=stereo -map 0:{video} -map 1:0",
            job.audio.sample_rate
        ),
    }
}

/// Fits any picture into the frame: deinterlaced, at the job's rate, with black bars, in square pixels and BT.709.
///
/// The rate comes before the size, so that frames that are dropped are not scaled; it also repeats the last picture
/// where the audio is longer.
fn picture(video: &Video, source: &Source) -> String {
    let Video { width, height, frame_rate: (numerator, denominator), .. } = video;
    let matrix = source.matrix;
    [
        "bwdif=mode=send_frame:deint=interlaced".to_owned(),
        format!("fps={numerator}/{denominator}:start_time=0"),
        format!(
            "scale=w='round(min({width},{height}*dar)/2)*2':h='round(min({height},{width}/dar)/2)*2'\
             :in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"
        ),
        "setsar=1".to_owned(),
        format!("pad={width}:{height}:-1:-1"),
        "format=yuv420p".to_owned(),
    ]
    .join(",")
}

/// Fills with silence where the picture is longer, and takes out what two passes have in common.
fn sound(audio: &Audio) -> String {
    format!(
        "aresample={}:async=1:min_hard_comp=0.01:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo",
        audio.sample_rate
    )
}

/// The decoder's buffer is half a second: ffmpeg's multiplexer sends a picture at most 0.7 s before it is shown, and
/// what does not fit in that time would come too late.
fn video(video: &Video) -> String {
    let Video { bitrate, gop_frames, b_frames, reference_frames, .. } = video;
    let (rate, hrd) = match video.rate_control {
        RateControl::Cbr => (format!("-b:v {bitrate}"), "cbr"),
        RateControl::Qvbr => (format!("-crf {QVBR_CRF}"), "vbr"),
    };
    let profile = match video.profile {
        Profile::Baseline => "baseline",
        Profile::Main => "main",
        Profile::High => "high",
    };
    let cabac = u8::from(video.cabac);
    let buffer = bitrate / 2;
    format!(
        "-c:v libx264 -preset {PRESET} -profile:v {profile} {rate} -maxrate {bitrate} -bufsize {buffer} \
         -g {gop_frames} -bf {b_frames} -refs {reference_frames} -x264-params nal-hrd={hrd}:cabac={cabac}:b-adapt=0\
         :b-pyramid=none:open-gop=0:colorprim=bt709:transfer=bt709:colormatrix=bt709"
    )
}

fn audio(audio: &Audio) -> String {
    let language = language::descriptor(&audio.language);
    format!(
        "-c:a aac -profile:a aac_low -b:a {} -metadata:s:a:0 language={language}",
        audio.bitrate
    )
}

/// A given rate makes ffmpeg fill up with null packets.
fn output(job: &Job) -> String {
    format!("-muxrate {}", MuxRate::of(job).bits_per_second())
}

#[cfg(test)]
mod tests;

//! ffmpeg's command lines for a job. Pure. The order of ffmpeg's options matters.

use crate::rate::MuxRate;
use crate::source::{PROTOCOLS, Source};
use crate::{Audio, Job, Profile, RateControl, Video, language};

/// 1080p25 at 10 Mb/s takes 0.85 of a core with `superfast`, 1.25 with `veryfast` and 0.68 with
/// `ultrafast`. The pictures differ by less than 0.005 in SSIM (0.928, 0.931, 0.926), but
/// `ultrafast` has no scene change detection. Measured on two cores with 5.1, as user time over 8 s
/// of a noisy Mandelbrot zoom with test pictures.
const PRESET: &str = "superfast";

/// QVBR's target quality, in x264's CRF scale.
const QVBR_CRF: u32 = 20;

/// ffmpeg's file descriptor for sound; pictures use standard input or output.
pub(crate) const SOUND: i32 = 3;

/// Bytes per sample: two channels of 16 bits.
pub(crate) const SAMPLE: usize = 4;

/// Bytes per picture: YUV 4:2:0, so chroma has half the height and width.
pub(crate) fn picture_bytes(video: &Video) -> usize {
    let [width, height] = [video.width, video.height].map(|pixels| pixels as usize);
    width * height + 2 * width.div_ceil(2) * height.div_ceil(2)
}

/// The arguments of an ffmpeg that reads the playlist from standard input. It writes pictures to
/// standard output and sound to [`SOUND`], as fast as the reader takes them.
pub(crate) fn decoder(job: &Job, source: &Source) -> Vec<String> {
    let Source { video, audio, .. } = source;
    // Only the playlist comes from a pipe. The format list refuses a playlist that pretends to be
    // an MP4 file.
    let mut line = words(&format!(
        "{QUIET} -protocol_whitelist pipe,{PROTOCOLS} -format_whitelist concat,mov -safe 0 -f concat -i pipe:0 \
         -map 0:{video} -f rawvideo"
    ));
    line.extend(["-vf".to_owned(), picture(&job.video, source), "pipe:1".to_owned()]);
    if let Some(audio) = audio {
        line.extend(words(&format!("-map 0:{audio} -f s16le")));
        line.extend(["-af".to_owned(), sound(&job.audio), format!("pipe:{SOUND}")]);
    }
    line
}

/// The arguments of an ffmpeg that reads a [`decoder`]'s pictures and sound. It writes the
/// transport stream to standard output, as fast as the reader takes it.
pub(crate) fn encoder(job: &Job) -> Vec<String> {
    let Job { video: picture, audio: sound, .. } = job;
    let Video { width, height, frame_rate: (numerator, denominator), .. } = picture;
    let input = format!(
        "{QUIET} {KNOWN} -f rawvideo -pixel_format yuv420p -video_size {width}x{height} \
         -framerate {numerator}/{denominator} -i pipe:0 {KNOWN} -f s16le -ar {} -ac 2 -i pipe:{SOUND} -map 0:0 -map 1:0 -vf setsar=1 -color_range tv",
        sound.sample_rate
    );
    words(&[input, video(picture), audio(sound), output(job)].join(" "))
}

/// The arguments of an ffmpeg that turns one picture into a small JPEG.
pub(crate) fn thumbnail(video: &Video) -> Vec<String> {
    let Video { width, height, .. } = video;
    words(&format!(
        "{QUIET} -f rawvideo -pixel_format yuv420p -video_size {width}x{height} -i pipe:0 -frames:v 1 \
         -vf scale=480:-2:in_color_matrix=bt709:out_range=pc -c:v mjpeg -q:v 4 -f image2pipe pipe:1"
    ))
}

/// Skips probing: the formats are known. ffmpeg would read seconds of one input before it opens the
/// other, but both are written together.
const KNOWN: &str = "-probesize 32 -analyzeduration 0";

const QUIET: &str = "-nostdin -hide_banner -nostats -v error";

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Fits any picture into the frame: deinterlaced, at the job's rate, with black bars, square pixels
/// and BT.709.
///
/// `fps` comes before `scale`, so that dropped frames are not scaled. It also repeats the last
/// picture where the audio is longer.
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

/// Fills with silence where the picture is longer, and removes the overlap of two passes.
fn sound(audio: &Audio) -> String {
    format!(
        "aresample={}:async=1:min_hard_comp=0.01:first_pts=0,aformat=sample_fmts=s16:channel_layouts=stereo",
        audio.sample_rate
    )
}

/// The decoder's buffer is half a second: ffmpeg's multiplexer sends a picture at most 0.7 s before
/// its display time, so data that needs longer would arrive too late.
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

/// `-muxrate` makes ffmpeg pad with null packets.
fn output(job: &Job) -> String {
    format!("-muxrate {} -f mpegts pipe:1", MuxRate::of(job).bits_per_second())
}

#[cfg(test)]
mod tests;

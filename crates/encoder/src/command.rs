//! ffmpeg's command lines for a job. Pure; the order of the options is ffmpeg's grammar.

use crate::rate::MuxRate;
use crate::source::{PROTOCOLS, Source};
use crate::{Audio, Job, Profile, RateControl, Video, language};

/// Of two cores, 1080p25 at 10 Mb/s takes 0.85 with `superfast`, 1.25 with `veryfast` and 0.68 with
/// `ultrafast`; the pictures differ by less than 0.005 in SSIM (0.928, 0.931, 0.926), and
/// `ultrafast` has no scene change detection. Measured with 5.1 as user time over 8 s of a noisy
/// Mandelbrot zoom with test pictures.
const PRESET: &str = "superfast";

/// The quality that QVBR spends its bits for, in x264's scale.
const QVBR_CRF: u32 = 20;

/// The child's file descriptor of what does not pass through its standard input or output: the
/// sound.
pub(crate) const SOUND: i32 = 3;

/// Bytes of a sample: two channels of 16 bits.
pub(crate) const SAMPLE: usize = 4;

/// Bytes of a picture: YUV with the colours at half the height and width.
pub(crate) fn picture_bytes(video: &Video) -> usize {
    let [width, height] = [video.width, video.height].map(|pixels| pixels as usize);
    width * height + 2 * width.div_ceil(2) * height.div_ceil(2)
}

/// The arguments of an ffmpeg that reads the playlist from its standard input, and writes pictures
/// to its standard output and sound beside it, as fast as they are read.
pub(crate) fn decoder(job: &Job, source: &Source) -> Vec<String> {
    let Source { video, audio, .. } = source;
    // The playlist is the only thing that may be read from a pipe. Naming the formats keeps a file
    // that calls itself MP4 from being another playlist.
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

/// The arguments of an ffmpeg that reads what a [`decoder`] writes, in the same way, and writes the
/// transport stream to its standard output, as fast as that is read.
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

/// The arguments of an ffmpeg that makes a small JPEG of one picture.
pub(crate) fn thumbnail(video: &Video) -> Vec<String> {
    let Video { width, height, .. } = video;
    words(&format!(
        "{QUIET} -f rawvideo -pixel_format yuv420p -video_size {width}x{height} -i pipe:0 -frames:v 1 \
         -vf scale=480:-2:in_color_matrix=bt709:out_range=pc -c:v mjpeg -q:v 4 -f image2pipe pipe:1"
    ))
}

/// There is nothing to find out about an input; seconds of it would be read before the other is
/// opened, and nobody writes one without the other.
const KNOWN: &str = "-probesize 32 -analyzeduration 0";

const QUIET: &str = "-nostdin -hide_banner -nostats -v error";

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Fits any picture into the frame: deinterlaced, at the job's rate, with black bars, in square
/// pixels and BT.709.
///
/// The rate comes before the size, so that frames that are dropped are not scaled; it also repeats
/// the last picture where the audio is longer.
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
        "aresample={}:async=1:min_hard_comp=0.01:first_pts=0,aformat=sample_fmts=s16:channel_layouts=stereo",
        audio.sample_rate
    )
}

/// The decoder's buffer is half a second: ffmpeg's multiplexer sends a picture at most 0.7 s before
/// it is shown, and what does not fit in that time would come too late.
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
    format!("-muxrate {} -f mpegts pipe:1", MuxRate::of(job).bits_per_second())
}

#[cfg(test)]
mod tests;

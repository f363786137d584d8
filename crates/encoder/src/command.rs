//! ffmpeg's command lines for a job. Pure. The order of ffmpeg's options matters.

use crate::format::Format;
use crate::rate::MuxRate;
use crate::source::{PROTOCOLS, Source};
use crate::{Audio, Job, Profile, Program, RateControl, Video, language};

/// 1080p25 at 10 Mb/s takes 0.85 of a core with `superfast`, 1.25 with `veryfast` and 0.68 with
/// `ultrafast`. The pictures differ by less than 0.005 in SSIM (0.928, 0.931, 0.926), but
/// `ultrafast` has no scene change detection. Measured on two cores with 5.1, as user time over 8 s
/// of a noisy Mandelbrot zoom with test pictures.
const PRESET: &str = "superfast";

/// ffmpeg's file descriptor for sound; pictures use standard input or output.
pub(crate) const SOUND: i32 = 3;

/// Bytes per sample: two channels of 16 bits.
pub(crate) const SAMPLE: usize = 4;

/// Pictures of up to so many pixels are decoded by one thread, which is fast enough and takes less
/// memory: 1080p.
const ONE_THREAD: u32 = 1920 * 1088;

/// Two threads encode up to so many pixels a second, which is 1080p30 and takes one core. A thread
/// more takes 15 MB more, and x264 would start one and a half for each core of the machine.
const TWO_THREADS: u64 = 1920 * 1088 * 30;

/// Added to the decoders' timestamps: ffmpeg's muxers move a stream that begins before zero, each
/// process by its own amount.
const OFFSET_SECONDS: i64 = 10;
/// The same in nanoseconds, to take off again.
pub(crate) const OFFSET: i64 = OFFSET_SECONDS * 1_000_000_000;

/// The arguments of an ffmpeg that reads the playlist from standard input. It writes the pictures
/// in NUT to standard output, as fast as the reader takes them.
///
/// No filter keeps a clock: `fps` and `aresample=async` begin at zero again when a stream's size or
/// layout changes inside the file.
pub(crate) fn pictures(format: Format, source: &Source) -> Vec<String> {
    let stream = source.video;
    let threads = if source.size.0 * source.size.1 > ONE_THREAD { "" } else { "-threads 1" };
    let mut line = words(&format!("{QUIET} {threads} {} -map 0:{stream} -an -sn -dn", input()));
    line.extend(["-vf".to_owned(), picture_filters(format, source)]);
    line.extend(words("-fps_mode passthrough -enc_time_base 1:90000 -c:v rawvideo"));
    line.extend(nut());
    line
}

/// The same for the sound of one stream: stereo samples of 16 bits.
pub(crate) fn sound(sample_rate: u32, stream: usize) -> Vec<String> {
    let mut line = words(&format!(
        "{QUIET} {} -map 0:{stream} -vn -sn -dn \
         -af aresample={sample_rate},aformat=sample_fmts=s16:channel_layouts=stereo -c:a pcm_s16le",
        input()
    ));
    line.extend(nut());
    line
}

/// Only the playlist comes from a pipe. The format list refuses a playlist that pretends to be an
/// MP4 file. Without `-auto_convert 0`, the concat demuxer converts packets and ends the file at its
/// first damaged one.
fn input() -> String {
    format!(
        "-copyts -protocol_whitelist pipe,{PROTOCOLS} -format_whitelist concat,mov \
         -f concat -safe 0 -auto_convert 0 -i pipe:0"
    )
}

fn nut() -> Vec<String> {
    words(&format!("-output_ts_offset {OFFSET_SECONDS} -f nut -write_index 0 pipe:1"))
}

/// The arguments of an ffmpeg that reads raw pictures and, if the job has sound, raw samples. It
/// writes the transport stream to standard output, as fast as the reader takes it.
pub(crate) fn encoder(job: &Job, format: Format, language: &str) -> Vec<String> {
    let Format { width, height, frame_rate: (numerator, denominator) } = format;
    let pictures = format!(
        "{QUIET} {KNOWN} -thread_queue_size 1 -f rawvideo -pixel_format yuv420p \
         -video_size {width}x{height} -framerate {numerator}/{denominator} -i pipe:0"
    );
    let sound = job.audio.as_ref().map(|Audio { sample_rate, .. }| {
        format!("{KNOWN} -f s16le -ar {sample_rate} -ac 2 -i pipe:{SOUND} -map 0:0 -map 1:0")
    });
    let codecs = format!("-vf setsar=1 -color_range tv {}", video(&job.video, format));
    let sound_codec = job.audio.as_ref().map(|audio| audio_codec(audio, language));
    let [sound, sound_codec] = [sound, sound_codec].map(Option::unwrap_or_default);
    words(&[pictures, sound, codecs, sound_codec, output(job)].join(" "))
}

/// The arguments of an ffmpeg that turns one picture into a small JPEG.
pub(crate) fn thumbnail(format: Format) -> Vec<String> {
    let Format { width, height, .. } = format;
    words(&format!(
        "{QUIET} -f rawvideo -pixel_format yuv420p -video_size {width}x{height} -i pipe:0 -frames:v 1 \
         -vf scale=480:-2:in_color_matrix=bt709:out_range=pc -c:v mjpeg -q:v 4 -f image2pipe pipe:1"
    ))
}

/// The arguments of an ffmpeg that reads a transport stream from a keyframe on, from standard input,
/// and writes fragmented MP4 to standard output, without decoding anything.
///
/// Nobody sees any of a fragment before all of it has come, so it is short. The filter goes before
/// the header, which ffmpeg 5 writes before it would add the filter itself.
pub(crate) fn remux() -> Vec<String> {
    words(&format!(
        "{QUIET} -probesize 500000 -analyzeduration 100000 -fpsprobesize 0 -f mpegts -i pipe:0 -map 0:v -map 0:a? -c copy \
         -bsf:a aac_adtstoasc -flush_packets 1 -frag_duration 100000 \
         -movflags empty_moov+delay_moov+default_base_moof+skip_trailer -f mp4 pipe:1"
    ))
}

/// Skips probing: the formats are known. ffmpeg would read seconds of one input before it opens the
/// other, but both are written together.
const KNOWN: &str = "-probesize 32 -analyzeduration 0";

const QUIET: &str = "-nostdin -hide_banner -nostats -v error";

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Fits any picture into the frame: deinterlaced, at most one for each of the job's pictures, with
/// black bars, square pixels and BT.709.
///
/// Pictures are dropped first, so that none is scaled in vain. The deinterlacer loses a picture
/// where the size changes, and is left out where nothing is interlaced.
fn picture_filters(format: Format, source: &Source) -> String {
    let Format { width, height, frame_rate: (numerator, denominator) } = format;
    let matrix = source.matrix;
    let slot = |time: &str| format!("floor({time}*{numerator}/{denominator}+.5)");
    let mut filters = Vec::new();
    if source.interlaced {
        filters.push("bwdif=mode=send_frame:deint=interlaced".to_owned());
    }
    filters.extend([
        format!("select='isnan(prev_selected_t)+gt({},{})'", slot("t"), slot("prev_selected_t")),
        format!(
            "scale=w='max(2,round(min({width},{height}*dar)/2)*2)':h='max(2,round(min({height},{width}/dar)/2)*2)'\
             :in_color_matrix={matrix}:out_color_matrix=bt709:out_range=tv"
        ),
        "setsar=1".to_owned(),
        format!("pad={width}:{height}:-1:-1"),
        "format=yuv420p".to_owned(),
    ]);
    filters.join(",")
}

/// The decoder's buffer is half a second: ffmpeg's multiplexer sends a picture at most 0.7 s before
/// its display time, so data that needs longer would arrive too late.
fn video(video: &Video, format: Format) -> String {
    let Video { bitrate, b_frames, reference_frames, .. } = video;
    let gop_frames = format.gop_frames(video.gop);
    let (rate, hrd) = match video.rate_control {
        RateControl::Cbr => (format!("-b:v {bitrate}"), "cbr"),
        RateControl::Qvbr { quality } => (format!("-crf {}", crf(quality)), "vbr"),
    };
    let profile = match video.profile {
        Profile::Baseline => "baseline",
        Profile::Main => "main",
        Profile::High => "high",
    };
    let cabac = u8::from(video.cabac);
    let threads = if format.pixels_per_second() > TWO_THREADS { "auto" } else { "2" };
    let buffer = bitrate / 2;
    format!(
        "-c:v libx264 -preset {PRESET} -profile:v {profile} {rate} -maxrate {bitrate} -bufsize {buffer} \
         -g {gop_frames} -bf {b_frames} -refs {reference_frames} -threads:v {threads} -x264-params sync-lookahead=0:nal-hrd={hrd}:cabac={cabac}:b-adapt=0\
         :b-pyramid=none:open-gop=0:colorprim=bt709:transfer=bt709:colormatrix=bt709"
    )
}

/// x264's quality for one of QVBR's levels: 20 for level 8, which MediaLive's guide recommends for a
/// large screen. How MediaLive's levels look is not published.
fn crf(quality: u8) -> u8 {
    36 - 2 * quality.clamp(1, 10)
}

fn audio_codec(audio: &Audio, language: &str) -> String {
    let language = language::descriptor(language);
    format!(
        "-c:a aac -profile:a aac_low -b:a {} -metadata:s:a:0 language={language}",
        audio.bitrate
    )
}

/// `-muxrate` makes ffmpeg pad with null packets. The picture is the first stream.
fn output(job: &Job) -> String {
    let Program { number, transport_stream_id, pmt_pid, video_pid, audio_pid } = job.program;
    let sound = job.audio.as_ref().map(|_| format!("-streamid 1:{audio_pid}")).unwrap_or_default();
    format!(
        "-muxrate {} -streamid 0:{video_pid} {sound} -mpegts_pmt_start_pid {pmt_pid} -mpegts_service_id {number} \
         -mpegts_transport_stream_id {transport_stream_id} -f mpegts pipe:1",
        MuxRate::of(job).bits_per_second()
    )
}

#[cfg(test)]
mod tests;

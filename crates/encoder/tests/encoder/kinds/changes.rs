//! Clips whose picture or sound changes its format in mid-file.

use super::recipe::Step::{self, Ffmpeg, Join};

pub(super) const SMALL_THEN_LARGE: &[Step] = &[
    Ffmpeg("-t 1 @320x180@25 H264 ./a.h264"),
    Ffmpeg("-ss 1 -t 1 @480x360@25 H264 ./b.h264"),
    Join(["a.h264", "b.h264", "both.h264"]),
    TONE,
    TOGETHER,
];

pub(super) const LARGE_THEN_SMALL: &[Step] = &[
    Ffmpeg("-t 1 @480x360@25 H264 ./a.h264"),
    Ffmpeg("-ss 1 -t 1 @320x180@25 H264 ./b.h264"),
    Join(["a.h264", "b.h264", "both.h264"]),
    TONE,
    TOGETHER,
];

pub(super) const INTERLACED: &[Step] = &[
    Ffmpeg("-t 1 @320x180@25 H264 -flags +ilme+ildct ./a.h264"),
    Ffmpeg("-ss 1 -t 1 @480x360@25 H264 -flags +ilme+ildct ./b.h264"),
    Join(["a.h264", "b.h264", "both.h264"]),
    TONE,
    TOGETHER,
];

const TONE: Step = Ffmpeg("-t 2 @tone -c:a aac ./tone.m4a");
const TOGETHER: Step =
    Ffmpeg("-framerate 25 -i ./both.h264 -i ./tone.m4a -map 0:v -map 1:a -c copy ./clip.mp4");

pub(super) const MONO_THEN_STEREO: &[Step] =
    &[MONO, STEREO, FIRST_MONO, LAST_STEREO, JOINED, WITH_PICTURES];

pub(super) const STEREO_THEN_MONO: &[Step] =
    &[MONO, STEREO, FIRST_STEREO, LAST_MONO, JOINED, WITH_PICTURES];

/// AAC in ADTS says nothing of the 1024 samples that its encoder puts in front: the tone begins as
/// much later.
const MONO: Step = Ffmpeg("-t 2 @tone -af atrim=start_sample=1024 -ac 1 -c:a aac ./mono.aac");
const STEREO: Step = Ffmpeg("-t 2 @tone -af atrim=start_sample=1024 -ac 2 -c:a aac ./stereo.aac");
/// 45 packets.
const FIRST_MONO: Step = Ffmpeg("-i ./mono.aac -c copy -t 0.96 ./a.aac");
const FIRST_STEREO: Step = Ffmpeg("-i ./stereo.aac -c copy -t 0.96 ./a.aac");
const LAST_MONO: Step = Ffmpeg("-ss 0.96 -i ./mono.aac -c copy ./b.aac");
const LAST_STEREO: Step = Ffmpeg("-ss 0.96 -i ./stereo.aac -c copy ./b.aac");
const JOINED: Step = Join(["a.aac", "b.aac", "both.aac"]);
const WITH_PICTURES: Step =
    Ffmpeg("-t 2 @320x180@25 -i ./both.aac -map 0 -map 1 -t 2 H264 -c:a copy ./clip.mp4");

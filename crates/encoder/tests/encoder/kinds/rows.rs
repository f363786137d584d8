//! The kinds of clip, a row each: how it is made, and what comes out.

use super::boxes;
use super::changes::{
    INTERLACED, LARGE_THEN_SMALL, MONO_THEN_STEREO, SMALL_THEN_LARGE, STEREO_THEN_MONO,
};
use super::expected::{Expected, PLAIN, Picture};
use super::figures::Steps;
use super::recipe::Step::{self, Change, Ffmpeg};

pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) steps: &'static [Step],
    pub(super) expected: Expected,
}

const fn row(name: &'static str, steps: &'static [Step], expected: Expected) -> Row {
    Row { name, steps, expected }
}

/// One picture held at the end.
const fn held(held: &'static [u8]) -> Steps {
    Steps { held, ..PLAIN.steps }
}

/// A source of another rate: `least` to `most` pictures forward at every step.
const fn at(rate: f64, least: u8, most: u8) -> Steps {
    Steps { rate, least, most, held: &[] }
}

/// The longest come first: they run beside the others.
pub(super) const ROWS: &[Row] = &[
    row(
        "one picture of 40 ms with 5 s of tone",
        &[Ffmpeg("-t 0.04 @320x180@25 -t 5 @tone H264 -c:a aac ./clip.mp4")],
        Expected { steps: held(&[0]), last: Some(0), pass: 125, ..PLAIN },
    ),
    row(
        "a gap of 3 s in picture and sound",
        &[Ffmpeg(
            "-t 2 @320x180@25 -t 2 @tone -vf setpts=PTS+gte(N\\,25)*3/TB -fps_mode passthrough \
             -af asetpts=PTS+gte(T\\,1)*3/TB H264 -c:a aac ./clip.mp4",
        )],
        Expected { steps: held(&[24]), pass: 125, silent: Some(60.0), ..PLAIN },
    ),
    row(
        "a picture of 1 s with 4 s of tone",
        &[Ffmpeg("-t 1 @320x180@25 -t 4 @tone H264 -c:a aac ./clip.mp4")],
        Expected { steps: held(&[24]), last: Some(24), pass: 100, ..PLAIN },
    ),
    row(
        "H.265 with an open GOP, cut at 2.12 s",
        &[
            Ffmpeg(
                "-t 5.12 @320x180@25 -t 5.12 @tone -c:v libx265 -preset ultrafast -pix_fmt yuv420p \
                 -x265-params log-level=none:keyint=50:open-gop=1:bframes=4:scenecut=0 \
                 -c:a aac ./whole.mp4",
            ),
            Ffmpeg("-ss 2.12 -i ./whole.mp4 -c copy ./clip.mp4"),
        ],
        Expected { first: 53, last: Some(127), pass: 75, ..PLAIN },
    ),
    row(
        "H.264 with an open GOP, cut at 2.12 s",
        &[
            Ffmpeg(
                "-t 5.12 @320x180@25 -t 5.12 @tone -c:v libx264 -preset ultrafast -pix_fmt yuv420p \
                 -bf 3 -g 50 -x264-params open-gop=1:scenecut=0 -c:a aac ./whole.mp4",
            ),
            Ffmpeg("-ss 2.12 -i ./whole.mp4 -c copy ./clip.mp4"),
        ],
        Expected { first: 53, last: Some(127), pass: 75, ..PLAIN },
    ),
    row(
        "a fragment every second",
        &[
            Ffmpeg("-t 3 @320x180@25 -t 3 @tone H264 -g 25 -c:a aac ./plain.mp4"),
            Ffmpeg(
                "-i ./plain.mp4 -c copy -movflags empty_moov+default_base_moof \
                 -frag_duration 1000000 ./clip.mp4",
            ),
        ],
        FRAGMENTED,
    ),
    row(
        "one fragment with all pictures first",
        &[
            Ffmpeg("-t 3 @320x180@25 -t 3 @tone H264 -g 25 -c:a aac ./plain.mp4"),
            Ffmpeg(
                "-i ./plain.mp4 -c copy -movflags empty_moov+default_base_moof \
                 -frag_duration 100000000 ./clip.mp4",
            ),
        ],
        FRAGMENTED,
    ),
    row(
        "all pictures before all sound",
        &[
            Ffmpeg("-t 3 @320x180@25 -t 3 @tone H264 -c:a aac ./clip.mp4"),
            Change(boxes::one_track_after_the_other),
        ],
        Expected { last: Some(74), pass: 75, ..PLAIN },
    ),
    row(
        "the first half of an upload",
        &[
            Ffmpeg("-t 4 @320x180@25 -t 4 @tone H264 -c:a aac -movflags faststart ./clip.mp4"),
            Change(boxes::first_half),
        ],
        Expected { steps: HALF, last: None, pass: 100, silent: None, ..PLAIN },
    ),
    row("control", &[Ffmpeg("-t 2 @320x180@25 -t 2 @tone H264 -c:a aac ./clip.mp4")], PLAIN),
    row("a larger size in mid-file", SMALL_THEN_LARGE, PLAIN),
    row("a smaller size in mid-file", LARGE_THEN_SMALL, PLAIN),
    row("a larger size in mid-file, interlaced", INTERLACED, Expected { lost: 1, ..PLAIN }),
    row("from one channel to two in mid-file", MONO_THEN_STEREO, PLAIN),
    // The head of the file promises two channels: a decoder without the second one repeats its last
    // samples in the second half (ffmpeg 5.1 and 9).
    row(
        "from two channels to one in mid-file",
        STEREO_THEN_MONO,
        Expected { noise: 55.0, ..PLAIN },
    ),
    row(
        "sound that nothing decodes",
        &[
            Ffmpeg("-t 2 @320x180@25 -t 2 @tone H264 -c:a aac ./clip.mp4"),
            Change(boxes::unknown_sound),
        ],
        Expected { silent: Some(100.0), reason: Some("sound"), ..PLAIN },
    ),
    row(
        "sound that nothing decodes, then AAC",
        &[
            Ffmpeg("-t 2 @320x180@25 -t 2 @tone -map 0 -map 1 -map 1 H264 -c:a aac ./clip.mp4"),
            Change(boxes::unknown_sound),
        ],
        PLAIN,
    ),
    row(
        "H.264 with a B pyramid",
        &[Ffmpeg(
            "-t 2 @320x180@25 -t 2 @tone -c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 4 \
             -x264-params b-pyramid=normal:b-adapt=0:ref=4:scenecut=0 -c:a aac ./clip.mp4",
        )],
        PLAIN,
    ),
    row(
        "encrypted",
        &[
            Ffmpeg("-t 2 @320x180@25 -t 2 @tone H264 -c:a aac ./plain.mp4"),
            Ffmpeg(
                "-i ./plain.mp4 -c copy -encryption_scheme cenc-aes-ctr \
                 -encryption_key 76a6c65c5ea762046bd749a2e632ccbb \
                 -encryption_kid a7e61c373e219033c21091fa607bf3b8 ./clip.mp4",
            ),
        ],
        Expected {
            picture: Picture::Black,
            silent: Some(100.0),
            reason: Some("encrypted"),
            filled: true,
            ..PLAIN
        },
    ),
    row(
        "four channels labelled unused",
        &[
            Ffmpeg(
                "-t 2 @320x180@25 -t 2 @tone -filter:a pan=4.0|c0=c0|c1=c0|c2=c0|c3=c0 \
                 H264 -c:a pcm_s16le -f mov ./clip.mp4",
            ),
            Change(boxes::unused_channels),
        ],
        Expected { silent: None, ..PLAIN },
    ),
    row(
        "sound from 0.478 s on",
        &[Ffmpeg("-t 2 @320x180@25 -t 2 @tone -af atrim=start=0.478 H264 -c:a aac ./clip.mp4")],
        Expected { silent: Some(23.9), ..PLAIN },
    ),
    row(
        "picture from 0.48 s on",
        &[Ffmpeg(
            "-t 2 @320x180@25 -t 2 @tone -vf trim=start=0.48 -fps_mode passthrough \
             H264 -c:a aac ./clip.mp4",
        )],
        Expected { steps: held(&[12]), first: 12, ..PLAIN },
    ),
    row(
        "cut at 0.52 s by an edit list",
        &[
            Ffmpeg("-t 2.52 @320x180@25 -t 2.52 @tone H264 -c:a aac ./whole.mp4"),
            Ffmpeg("-ss 0.52 -i ./whole.mp4 -c copy ./clip.mp4"),
        ],
        Expected { first: 13, last: Some(62), ..PLAIN },
    ),
    row(
        "44.1 kHz",
        &[Ffmpeg("-t 2 @320x180@25 -t 2 @tone H264 -c:a aac -ar 44100 ./clip.mp4")],
        PLAIN,
    ),
    row(
        "sound longer than the picture",
        &[Ffmpeg("-t 2 @320x180@25 -t 2.37 @tone H264 -c:a aac ./clip.mp4")],
        Expected { steps: held(&[49]), pass: 59, ..PLAIN },
    ),
    row(
        "picture longer than the sound",
        &[Ffmpeg("-t 2.4 @320x180@25 -t 2 @tone H264 -c:a aac ./clip.mp4")],
        Expected { last: Some(59), pass: 60, silent: Some(16.7), ..PLAIN },
    ),
    row(
        "24 pictures a second",
        &[Ffmpeg("-t 2 @320x180@24 -t 2 @tone H264 -c:a aac ./clip.mp4")],
        Expected { steps: at(24.0, 0, 1), last: Some(47), ..PLAIN },
    ),
    row(
        "29.97 pictures a second",
        &[Ffmpeg("-t 2.002 @320x180@30000/1001 -t 2.002 @tone H264 -c:a aac ./clip.mp4")],
        Expected { steps: at(30_000.0 / 1_001.0, 1, 2), last: Some(59), ..PLAIN },
    ),
    row(
        "30 pictures a second",
        &[Ffmpeg("-t 2 @320x180@30 -t 2 @tone H264 -c:a aac ./clip.mp4")],
        Expected { steps: at(30.0, 1, 2), last: Some(59), ..PLAIN },
    ),
    row(
        "60 pictures a second",
        &[Ffmpeg("-t 2 @320x180@60 -t 2 @tone H264 -c:a aac ./clip.mp4")],
        Expected { steps: at(60.0, 2, 3), last: Some(119), ..PLAIN },
    ),
    row(
        "rotated by its metadata",
        &[
            Ffmpeg("-t 2 @180x320@25 -t 2 @tone -vf transpose=clock H264 -c:a aac ./lying.mp4"),
            Ffmpeg("-i ./lying.mp4 -c copy -metadata:s:v rotate=90 ./clip.mp4"),
        ],
        PLAIN,
    ),
    row(
        "a cover picture and a video",
        &[
            Ffmpeg("-t 2 @320x180@25 -t 2 @tone H264 -c:a aac ./plain.mp4"),
            Ffmpeg("-f lavfi -i color=red:s=600x600 -frames:v 1 ./cover.png"),
            Ffmpeg(
                "-i ./cover.png -i ./plain.mp4 -map 0 -map 1 -c copy \
                 -disposition:v:0 attached_pic ./clip.mp4",
            ),
        ],
        PLAIN,
    ),
    row(
        "no sound",
        &[Ffmpeg("-t 2 @320x180@25 H264 ./clip.mp4")],
        Expected { silent: Some(100.0), ..PLAIN },
    ),
    row(
        "one picture and no sound",
        &[Ffmpeg("-t 0.04 @320x180@25 H264 ./clip.mp4")],
        Expected { steps: held(&[0]), last: Some(0), silent: Some(100.0), ..PLAIN },
    ),
    row(
        "one pixel",
        &[Ffmpeg(
            "-t 2 @320x180@25 -t 2 @tone -vf format=yuv444p,lutyuv=y=200,crop=1:1 \
             -c:v libx264 -preset ultrafast -c:a aac ./clip.mp4",
        )],
        Expected { picture: Picture::Plain, ..PLAIN },
    ),
];

/// The last picture that is there may stay until the declared end.
const HALF: Steps = Steps { rate: 25.0, least: 0, most: 1, held: &[] };

/// Without an edit list the 21 ms that AAC's encoder puts in front are a part of the file: the
/// first picture comes as much later, and the file is longer.
const FRAGMENTED: Expected =
    Expected { steps: held(&[0, 74]), last: Some(74), pass: 76, silent: Some(1.3), ..PLAIN };

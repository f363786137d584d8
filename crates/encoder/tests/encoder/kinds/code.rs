//! A picture that carries its number: eight columns of black and white blocks. The upper half of a
//! column is a bit of the number, the lower half its complement, so that neither black nor a broken
//! picture is taken for a number.

use std::path::Path;

use crate::tools;

const BITS: usize = 8;
/// As many as the number can tell apart.
const PICTURES: u8 = 250;
const BLACK: u8 = 16;
const WHITE: u8 = 235;

/// The size of the received pictures.
const WIDTH: usize = 320;
const HEIGHT: usize = 180;
/// The parts of the received picture that a source can fill: all of it, 4:3, 9:16.
const AREAS: [usize; 3] = [WIDTH, HEIGHT * 4 / 3, HEIGHT * 9 / 16];
/// The mean grey below which a picture is black. A numbered one is half white.
const DARK: usize = 24;

/// A received picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Number(u8),
    Black,
    /// Neither black nor numbered.
    Other,
}

/// Writes numbered pictures from 0 on, as raw YUV 4:2:0.
pub(super) async fn write(path: &Path, width: usize, height: usize) {
    let chroma = vec![128; 2 * width.div_ceil(2) * height.div_ceil(2)];
    let mut pictures = Vec::new();
    for number in 0..PICTURES {
        for row in [number, !number] {
            let line: Vec<_> = (0..width).map(|x| block(row, x * BITS / width)).collect();
            pictures.extend(line.repeat(height / 2));
        }
        pictures.extend(&chroma);
    }
    tokio::fs::write(path, pictures).await.unwrap();
}

fn block(bits: u8, column: usize) -> u8 {
    if bits >> (BITS - 1 - column) & 1 == 1 { WHITE } else { BLACK }
}

/// All pictures of a recording.
pub(super) async fn read(path: &Path, seconds: f64) -> Vec<Seen> {
    let (path, until) = (path.to_str().unwrap(), seconds.to_string());
    let filter = format!("scale={WIDTH}:{HEIGHT},format=gray");
    let input = ["-t", &until, "-i", path, "-map", "0:v", "-fps_mode", "passthrough"];
    let output = ["-vf", &filter, "-f", "rawvideo", "-"];
    let pictures = tools::ffmpeg(input.into_iter().chain(output)).await;
    pictures.chunks_exact(WIDTH * HEIGHT).map(seen).collect()
}

fn seen(picture: &[u8]) -> Seen {
    if let Some(number) = AREAS.iter().find_map(|width| number(picture, *width)) {
        return Seen::Number(number);
    }
    let sum: usize = picture.iter().map(|pixel| usize::from(*pixel)).sum();
    if sum / picture.len() < DARK { Seen::Black } else { Seen::Other }
}

/// The number in the middle `area` columns of pixels.
fn number(picture: &[u8], area: usize) -> Option<u8> {
    (0..BITS).try_fold(0, |number, column| {
        let x = (WIDTH - area) / 2 + (2 * column + 1) * area / (2 * BITS);
        let [upper, lower] = [HEIGHT / 4, HEIGHT * 3 / 4].map(|y| grey(picture, x, y));
        (upper.abs_diff(lower) > 100).then(|| number << 1 | u8::from(upper > lower))
    })
}

/// The mean around a point.
fn grey(picture: &[u8], x: usize, y: usize) -> usize {
    let pixels = (y - 10..y + 10).flat_map(|y| &picture[y * WIDTH + x - 2..y * WIDTH + x + 2]);
    pixels.map(|pixel| usize::from(*pixel)).sum::<usize>() / 80
}

//! How a row's clip is made: lines of ffmpeg arguments and changes of the files.

use std::path::{Path, PathBuf};

use super::{chirp, code};
use crate::tools;

/// What all clips are made in, next to the numbered pictures.
const SIZES: [(usize, usize); 3] = [(320, 180), (480, 360), (180, 320)];

/// A step on the way to `clip.mp4`.
pub(super) enum Step {
    /// ffmpeg's arguments. `@320x180@25` is an input of numbered pictures with their size and rate,
    /// `@tone` one of the tone; `H264` is the usual encoder. `./x` is a file of the row's own.
    Ffmpeg(&'static str),
    /// Two files, one after the other, make a third.
    Join([&'static str; 3]),
    /// Changes the bytes of `clip.mp4`.
    Change(fn(Vec<u8>) -> Vec<u8>),
}

/// A folder for the rows' files, with the numbered pictures.
pub(super) struct Kitchen {
    name: String,
}

impl Kitchen {
    pub(super) async fn open(name: String) -> Self {
        let kitchen = Self { name };
        tokio::fs::create_dir_all(kitchen.path("")).await.unwrap();
        for (width, height) in SIZES {
            let path = kitchen.path(&format!("{width}x{height}.yuv"));
            code::write(&path, width, height).await;
        }
        kitchen
    }

    /// A file's path below the folder of all test files.
    pub(super) fn name(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }

    fn path(&self, file: &str) -> PathBuf {
        tools::path(&self.name(file))
    }

    /// Makes a row's clip; gives its name for [`tools::path`].
    pub(super) async fn make(&self, row: &str, steps: &[Step]) -> String {
        let own = self.path(row);
        tokio::fs::create_dir_all(&own).await.unwrap();
        for step in steps {
            self.take(step, &own).await;
        }
        self.name(&format!("{row}/clip.mp4"))
    }

    async fn take(&self, step: &Step, own: &Path) {
        match step {
            Step::Ffmpeg(line) => {
                let words = line.split_whitespace().flat_map(|word| self.words(word, own));
                tools::ffmpeg(["-y".to_owned()].into_iter().chain(words)).await;
            }
            Step::Join([first, second, joined]) => {
                let mut bytes = tokio::fs::read(own.join(first)).await.unwrap();
                bytes.extend(tokio::fs::read(own.join(second)).await.unwrap());
                tokio::fs::write(own.join(joined), bytes).await.unwrap();
            }
            Step::Change(change) => {
                let clip = own.join("clip.mp4");
                let bytes = tokio::fs::read(&clip).await.unwrap();
                tokio::fs::write(&clip, change(bytes)).await.unwrap();
            }
        }
    }

    fn words(&self, word: &str, own: &Path) -> Vec<String> {
        let split = |line: String| line.split_whitespace().map(str::to_owned).collect();
        if word == "@tone" {
            return split(format!("-f lavfi -i {}", chirp::source()));
        }
        if word == "H264" {
            return split("-c:v libx264 -preset ultrafast -pix_fmt yuv420p".to_owned());
        }
        if let Some((size, rate)) = word.strip_prefix('@').and_then(|it| it.split_once('@')) {
            let input = format!(
                "-f rawvideo -pixel_format yuv420p -video_size {size} -framerate {rate} -i"
            );
            let file = self.path(&format!("{size}.yuv")).to_str().unwrap().to_owned();
            let mut words: Vec<String> = split(input);
            words.push(file);
            return words;
        }
        match word.strip_prefix("./") {
            Some(file) => vec![own.join(file).to_str().unwrap().to_owned()],
            None => vec![word.to_owned()],
        }
    }
}

impl Drop for Kitchen {
    /// The pictures take 60 MB.
    fn drop(&mut self) {
        for (width, height) in SIZES {
            let _ = std::fs::remove_file(self.path(&format!("{width}x{height}.yuv")));
        }
    }
}

